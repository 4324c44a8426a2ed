"""Files that survive a crash: built beside, synced to disk, then switched by one rename."""

from __future__ import annotations

import fcntl
import filecmp
import gzip
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from budgetgraph.errors import ReleaseError

HALF_BUILT = ".tmp-"
CURRENT, NEXT, BACK = "current", "current.next", "current.back"
_BUFFER = 1 << 20


@contextmanager
def exclusive(into: Path) -> Iterator[None]:
    """Keep other publishers out of *into*, and clear what a crashed one left, before and after.

    Raises ReleaseError at once if another publisher holds the lock (which dies with its process), and if
    *into* cannot be written.
    """
    try:
        for name in ("documents", "releases"):
            (into / name).mkdir(parents=True, exist_ok=True)
        with open(into / ".lock", "w") as lock:
            _lock(lock, into)
            clear_leftovers(into)
            try:
                yield
            finally:
                clear_leftovers(into)
    except OSError as error:
        raise ReleaseError(
            what=f"cannot be written 无法写入: {error.strerror or error}", where=str(error.filename or into)
        ) from error


def _lock(lock: IO[str], into: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ReleaseError(
            what="another publication into this folder is under way 另一个发布任务正在进行",
            where=str(into),
            remedy="wait for it to end 请等待其结束",
        ) from error


def clear_leftovers(into: Path) -> None:
    """Remove half-built folders, and the release that was about to be switched to when its publisher died."""
    announced = into / NEXT
    if announced.is_symlink():
        release = into / announced.readlink()
        if release.is_dir() and release.resolve() != (into / CURRENT).resolve():
            discard(release)
        announced.unlink()
    (into / BACK).unlink(missing_ok=True)
    for parent in (into / "documents", into / "releases"):
        for folder in parent.glob(f"*{HALF_BUILT}*"):
            shutil.rmtree(folder)


def beside(folder: Path) -> Path:
    """Return the path at which *folder* is built before it is renamed."""
    return folder.with_name(f"{folder.name}{HALF_BUILT}{os.getpid()}")


def discard(folder: Path) -> None:
    """Remove *folder*; nobody sees it half removed."""
    condemned = beside(folder)
    folder.rename(condemned)
    shutil.rmtree(condemned)


def replace_folder(built: Path, folder: Path) -> None:
    """Put *built* in the place of *folder*, which may exist."""
    old = folder.with_name(f"{folder.name}{HALF_BUILT}old")
    if folder.exists():
        folder.rename(old)
    built.rename(folder)
    sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def switch(into: Path, number: int, *, built: Path) -> None:
    """Give the folder *built* its number and point `current` at it, in one step that cannot be half done.

    The announcement tells whoever comes after a crash that the release was never served.
    """
    target = Path("releases", str(number))
    (into / NEXT).symlink_to(target)
    sync(into)
    built.rename(into / target)
    sync(into / "releases")
    os.replace(into / NEXT, into / CURRENT)
    sync(into)


def switch_back(into: Path, number: int) -> None:
    """Point `current` at a release that is already there."""
    (into / BACK).symlink_to(Path("releases", str(number)))
    os.replace(into / BACK, into / CURRENT)
    sync(into)


def link_folder(folder: Path, target: Path) -> None:
    """Make *target* hold the files of *folder*: hard links, or copies where the file system has none."""
    target.mkdir(parents=True)
    for file in folder.iterdir():
        link(file, target / file.name)


def link(file: Path, target: Path) -> None:
    """Make *target* hold what *file* holds: a hard link, or a copy where the file system has none."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def same_folder(one: Path, other: Path) -> bool:
    """Whether two flat folders hold the same files."""
    if not (one.is_dir() and other.is_dir()):
        return False
    names = sorted(os.listdir(one))
    return names == sorted(os.listdir(other)) and all(
        os.path.samefile(one / name, other / name) or filecmp.cmp(one / name, other / name, shallow=False)
        for name in names
    )


def files_of(folder: Path) -> Iterator[Path]:
    """All files below *folder*, sorted."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def seal(folder: Path) -> None:
    """Make every file below *folder* read-only, and see that all of it is on the disk."""
    for file in files_of(folder):
        file.chmod(file.stat().st_mode & ~0o222)
        sync(file)
    for path in folder.rglob("*"):
        if path.is_dir():
            sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Write a file, or the names in a folder, through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(file: Path) -> str:
    """Return the SHA-256 of *file*, in hexadecimal."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def gzip_writer(path: Path) -> Iterator[IO[bytes]]:
    """Open *path* for compressed writing, with no time or name in it: same bytes in, same bytes out."""
    with (
        open(path, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        io.BufferedWriter(packed, _BUFFER) as stream,
    ):
        yield stream


@contextmanager
def gzip_reader(path: Path) -> Iterator[IO[bytes]]:
    """Open a compressed file for reading."""
    with gzip.open(path) as packed, io.BufferedReader(packed, _BUFFER) as stream:
        yield stream
