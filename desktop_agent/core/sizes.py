"""Bytes for people."""

GB, MB = 1_000_000_000, 1_000_000


def human(count: float) -> str:
    """`count` bytes as "6.2 GB" or "45.1 MB", in powers of ten as disks and hubs count them."""
    return f"{count / GB:.1f} GB" if count >= GB / 10 else f"{count / MB:.1f} MB"
