"""Deny the current process all connections and put a ceiling on its memory; there is no way back."""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_DENY = 0x00050000 | 1  # the call fails with EPERM

_MACHINES = {
    # audit architecture, then socket, connect, execve, execveat, io_uring_setup (linux/unistd.h)
    "x86_64": (0xC000003E, (41, 42, 59, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def limit_memory(megabytes: int) -> None:
    """Let the process grow by no more than *megabytes* from here on."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[0])
    ceiling = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def deny_connections() -> str:
    """Make it impossible to open a connection or to start a program; return how: seccomp or descriptors."""
    known = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if known and _install_filter(*known):
        return "seccomp"
    import os

    descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 64
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    return "descriptors"


def _install_filter(architecture: int, denied: tuple[int, ...]) -> bool:
    """Install a seccomp(2) program: another architecture and the denied calls fail, the rest is let through."""
    load, jump_equal, jump_greater, give = 0x20, 0x15, 0x35, 0x06
    checks = len(denied)
    code = [
        (load, 0, 0, 4),  # the architecture
        (jump_equal, 0, checks + 3, architecture),
        (load, 0, 0, 0),  # the number of the call
        (jump_greater, checks + 1, 0, 0x40000000),  # the x32 calls of x86_64 have other numbers
    ]
    code += [(jump_equal, checks - index, 0, call) for index, call in enumerate(denied)]
    code += [(give, 0, 0, _ALLOW), (give, 0, 0, _DENY)]
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in code)
    buffer = ctypes.create_string_buffer(packed)
    program = _Program(len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return int(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)) == 0
