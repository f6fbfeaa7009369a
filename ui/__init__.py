"""The windows: PySide6 over the core."""
