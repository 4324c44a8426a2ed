"""What holds in every test: no network but this machine's own, nothing left running or open."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared"
HELPERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")


@pytest.fixture
def shared() -> Path:
    """The material that several developers share; it is not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(autouse=True)
def _defaults_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings do not reach the tests."""
    for name in [name for name in os.environ if name.startswith("BUDGETGRAPH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that looks up or connects to another machine fails, even if it catches exceptions."""
    monkeypatch.setattr(socket.socket, "connect", _guarded_connection(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _guarded_connection(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))


@pytest.fixture(autouse=True, scope="session")
def _nothing_left() -> Iterator[None]:
    """After the last test no child process runs and no store is open (seen where there is a /proc)."""
    yield
    gc.collect()
    assert not list(_children()), "processes were left behind"
    assert not list(_open_stores()), "stores were left open"


def _guarded_connection(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX:
            _refuse_unless_local(address[0])
        return connect(self, address)

    return guarded


def _guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse_unless_local(host)
        return lookup(host, *arguments, **options)

    return guarded


def _refuse_unless_local(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name and name != "localhost" and not _is_local_address(name):
        pytest.fail(f"a test reached for the network: {name}")


def _is_local_address(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _children() -> Iterator[str]:
    """The command lines of this process's children, but for Python's own helpers."""
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            command = Path("/proc", child, "cmdline").read_bytes()
            if not any(helper in command for helper in HELPERS):
                yield f"{child} {command.replace(bytes(1), b' ').decode()}"


def _open_stores() -> Iterator[str]:
    for descriptor in Path("/proc/self/fd").glob("*"):
        target = os.readlink(descriptor) if descriptor.is_symlink() else ""
        if Path(target).suffix == ".sst":
            yield target
