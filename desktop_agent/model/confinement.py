"""What a process can give up for good on Linux: files, by Landlock; network, other programs and processes, by seccomp.

Both hold for all that the process does from then on, whoever gets hold of it; neither needs privileges. Where the
kernel or a library lacks one of them, the functions say so, and the caller goes on with the other.

Sources: landlock(7), seccomp(2), seccomp_rule_add(3).
"""

import errno
import importlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

OTHER_SYSTEM = "it is a means of Linux only"

_NETWORK = ("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendmsg", "sendmmsg", "recvmsg")
"""Not `sendto` and `recvfrom`: they are how a connection that is there already is read and written."""
_PROGRAMS = ("execve", "execveat", "fork", "vfork")
_OTHERS = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "pidfd_send_signal", "kcmp",
    "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
)  # fmt: skip
"""Calls that reach into other processes."""
_KERNEL = (
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "userfaultfd", "perf_event_open", "keyctl",
    "add_key", "request_key", "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsmount", "move_mount",
    "open_tree", "unshare", "setns", "open_by_handle_at", "init_module", "finit_module", "delete_module", "kexec_load",
    "kexec_file_load", "swapon", "swapoff", "reboot", "acct", "quotactl", "ioperm", "iopl", "personality",
)  # fmt: skip
"""Ways around a filter (io_uring opens sockets by itself), and parts of the kernel that nobody needs here."""
_CLONE_THREAD = 0x10000


def limit_files(readable: Iterable[Path], writable: Iterable[Path]) -> str:
    """From now on this thread, and each that it starts, opens only what lies at or under these paths; those that don't
    exist are left out. It can't start a program, reach processes outside by signals, or open TCP connections, as far as
    the kernel's Landlock goes. What is open stays usable.

    Call it before there are other threads: a kernel before 7.0 can't include them.

    Returns:
        Empty, or why nothing was limited.
    """
    if sys.platform != "linux":
        return OTHER_SYSTEM
    try:
        landlock: Any = importlib.import_module("landlockpy")
    except ImportError as error:
        return f"the package landlockpy can't be used: {error}"
    rights = landlock.AccessFS
    file, folder = rights.READ_FILE, rights.READ_FILE | rights.READ_DIR
    write_file = file | rights.WRITE_FILE | rights.TRUNCATE
    write_folder = folder | write_file | rights.MAKE_REG | rights.MAKE_DIR | rights.REMOVE_FILE
    try:
        scoped = landlock.Scope.SIGNAL | landlock.Scope.ABSTRACT_UNIX_SOCKET
        with landlock.Ruleset(scoped=scoped) as rules:
            for paths, of_file, of_folder in ((readable, file, folder), (writable, write_file, write_folder)):
                for path in paths:
                    if path.exists():
                        rules.allow_path(path, of_folder if path.is_dir() else of_file)
            rules.restrict(landlock.RestrictFlag.TSYNC)
    except landlock.LandlockError as error:
        return f"this kernel has no Landlock, or it is turned off: {error}"
    except OSError as error:
        return f"a path could not be opened: {error}"
    return ""


def limit_calls() -> str:
    """From now on no thread of this process can open a connection, start a program or a process, or reach into another
    process. What it tries fails with EPERM, and it goes on.

    Returns:
        Empty, or why nothing was limited.
    """
    if sys.platform != "linux":
        return OTHER_SYSTEM
    try:
        seccomp: Any = importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError, AttributeError) as error:  # it looks for the library when it is imported
        return f"the package pyseccomp or the library libseccomp can't be used: {error}"
    try:
        _filter(seccomp).load()
    except OSError as error:
        return f"this kernel takes no seccomp filter: {error}"
    return ""


def _filter(seccomp: Any) -> Any:
    refused = seccomp.ERRNO(errno.EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)  # calls of another architecture's numbering end the process
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    for name in (*_NETWORK, *_PROGRAMS, *_OTHERS, *_KERNEL):
        number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        if number != -1:  # the library is older than the call
            rules.add_rule(refused, number)
    # Threads yes, processes no. clone3 has its flags in memory, where no filter sees them; without it, libc uses clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
    # abort() signals its own thread.
    rules.add_rule(refused, "tgkill", seccomp.Arg(0, seccomp.NE, os.getpid()))
    return rules
