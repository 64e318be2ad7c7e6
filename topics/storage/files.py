"""Files and folders that appear whole or not at all.

Everything is written beside its place under a temporary name, brought to the
disk, and renamed. A crash, a full disk or Ctrl-C leaves what was there before.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from topics.errors import OutputError


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing bytes; it takes its name when the block ends without error.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = Path(os.path.realpath(path))  # of a link, what it leads to
    temporary: str | None = None
    with as_output_error(target):
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder")
        if target.exists() and not target.is_file():  # a device or a pipe: nothing to replace
            file: BinaryIO = target.open("wb", buffering=0)
        else:
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
            file = os.fdopen(handle, "wb")
    try:
        yield _Guarded(file, target)  # type: ignore[misc]
        with as_output_error(target):
            file.flush()
            if temporary is not None:
                os.fsync(file.fileno())
                os.chmod(temporary, usual_mode(target))
                os.replace(temporary, target)
                temporary = None
    finally:
        with contextlib.suppress(OSError):  # what could not be written was told above
            file.close()
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


@contextlib.contextmanager
def whole_folder(path: str | os.PathLike[str], is_ours: str, keep: str | None = None) -> Iterator[Path]:
    """Make a folder to be filled; it takes its name when the block ends without error.

    An older folder of that name is replaced, but only if it is empty or holds
    the file `is_ours`, which tells that it is one of the same kind. What it has
    under the name `keep` goes over into the new one.

    Raises
    ------
    OutputError
        If the folder cannot be written, or something else stands there.
    """
    target = Path(os.path.realpath(path))
    check_folder(target, is_ours)
    with as_output_error(target):
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
    try:
        with as_output_error(target):
            yield temporary
            if keep is not None and (target / keep).is_dir():
                shutil.copytree(target / keep, temporary / keep)
            for file in temporary.iterdir():
                sync(file)
            sync(temporary)
            temporary.chmod(0o777 & ~_umask())
            _swap(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_folder(path: str | os.PathLike[str], is_ours: str) -> None:
    """Make sure that `whole_folder` can write here, before the work that would be lost.

    Raises
    ------
    OutputError
        If the folder cannot be written, or something else stands there.
    """
    target = Path(os.path.realpath(path))
    with as_output_error(target):
        if target in (Path.cwd(), Path.home()) or target.is_mount():
            raise OutputError(f"{target}: cannot be replaced; give the name of a new folder.")
        if target.exists() and not target.is_dir():
            raise OutputError(f"{target}: is a file; give the name of a folder.")
        if target.is_dir() and not (target / is_ours).exists() and any(target.iterdir()):
            raise OutputError(f"{target}: holds other files; give the name of a new folder.")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(13, "permission denied")


def _swap(new: Path, target: Path) -> None:
    """Put a folder in the place of another; the older one stays until the new one stands."""
    if not target.exists():
        os.replace(new, target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".old"))
    try:
        os.replace(target, aside)
        os.replace(new, target)
    except BaseException:  # Ctrl-C too
        if not target.exists():
            os.replace(aside, target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


class _Guarded:
    """A file whose failures to write are OutputErrors."""

    def __init__(self, file: BinaryIO, target: Path) -> None:
        self._file, self._target = file, target

    def write(self, data: bytes) -> int:
        with as_output_error(self._target):
            return self._file.write(data)


@contextlib.contextmanager
def as_output_error(target: Path) -> Iterator[None]:
    """Raise what the system says against writing as an OutputError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{target}: cannot be written ({reason}); nothing there was changed.") from None


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def usual_mode(target: Path) -> int:
    """The rights of the file that is replaced, or those any new file gets."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o666 & ~_umask()
