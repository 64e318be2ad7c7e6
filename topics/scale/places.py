"""Files by their address: on this machine's disks, or in any store that fsspec knows (``s3://…``).

What is written appears whole or not at all: a local file takes its name when
it is complete, an object is sent in one go from a temporary file.
"""

from __future__ import annotations

import contextlib
import glob
import os
import posixpath
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from topics.errors import InputError, OutputError, TopicsError
from topics.extras import import_extra
from topics.storage.files import whole_file

PATTERN = "*?["


def absolute(address: str) -> str:
    """Return an address that means the same to every worker: a local path in full, any other as it is."""
    path = _local(address)
    return address.rstrip("/") if path is None else os.path.abspath(path)


def join(folder: str, name: str) -> str:
    """Return the address of a file in a folder."""
    return f"{folder}/{name}"


def files_at(address: str) -> dict[str, int | None] | None:
    """Find the files that an address names: itself, all in a folder and its subfolders, or by a pattern.

    Parameters
    ----------
    address : str
        As `absolute` gives it.

    Returns
    -------
    dict of str to int, or None
        Address and size in bytes (None where the store does not say) of each
        file; hidden ones are passed over in folders. None if `address` is a
        file, or nothing.

    Raises
    ------
    InputError
        If the store cannot be read.
    """
    path = _local(address)
    if path is None:
        with _told(address, InputError, "cannot be read"):
            return _remote_files(address)
    if os.path.isdir(path):
        found = [str(file) for file in Path(path).rglob("*") if not _hidden(str(file), path)]
    elif any(mark in path for mark in PATTERN) and not os.path.exists(path):
        found = glob.glob(path, recursive=True)
    else:
        return None
    return {file: os.path.getsize(file) for file in found if os.path.isfile(file)}


def size_of(address: str) -> int | None:
    """Return a file's size in bytes.

    Raises
    ------
    InputError
        If there is none.
    """
    path = _local(address)
    with _told(address, InputError, "cannot be read"):
        if path is not None:
            return os.path.getsize(path)
        store, inside = _store(address)
        size: int | None = store.info(inside)["size"]
        return size


def names_in(folder: str) -> dict[str, int | None]:
    """Return names and sizes of what lies directly in a folder; nothing if there is no folder.

    Raises
    ------
    OutputError
        If it cannot be read, or is a file.
    """
    path = _local(folder)
    with _told(folder, OutputError, "cannot be read"):
        if path is not None:
            if not os.path.exists(path):
                return {}
            return {entry.name: entry.stat().st_size for entry in os.scandir(path)}
        store, inside = _store(folder)
        store.invalidate_cache()  # workers have written since
        if not store.exists(inside):
            return {}
        entries = store.ls(inside, detail=True)
        return {posixpath.basename(entry["name"].rstrip("/")): entry["size"] for entry in entries}


def make_folder(folder: str) -> None:
    """Make a folder and those above it; stores of objects need none.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    path = _local(folder)
    if path is not None:
        with _told(folder, OutputError, "cannot be written"):
            os.makedirs(path, exist_ok=True)


def read_bytes(address: str) -> bytes:
    """Return what a small file holds.

    Raises
    ------
    OutputError
        If it cannot be read: it is one of those written beside parts.
    """
    path = _local(address)
    with _told(address, OutputError, "cannot be read"):
        if path is not None:
            return Path(path).read_bytes()
        store, inside = _store(address)
        data: bytes = store.cat_file(inside)
        return data


def write_bytes(address: str, data: bytes) -> None:
    """Write a small file, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with whole(address) as file:
        file.write(data)


@contextlib.contextmanager
def whole(address: str) -> Iterator[BinaryIO]:
    """Open a file for writing bytes; it is there when the block has ended without error.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = _local(address)
    if path is not None:
        with whole_file(path) as file:
            yield file
        return
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        copy = os.path.join(folder, posixpath.basename(address))
        with whole_file(copy) as file:
            yield file
        with _told(address, OutputError, "cannot be written"):
            store, inside = _store(address)
            store.put_file(copy, inside)


@contextlib.contextmanager
def fetched(address: str) -> Iterator[str]:
    """Yield a path under which a file can be read here; of one in a store, a temporary copy.

    Raises
    ------
    InputError
        If it cannot be fetched.
    """
    path = _local(address)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        copy = os.path.join(folder, posixpath.basename(address))
        with _told(address, InputError, "cannot be read"):
            store, inside = _store(address)
            store.get_file(inside, copy)
        yield copy


def remove(address: str) -> None:
    """Remove a file; one that is not there is none the worse.

    Raises
    ------
    OutputError
        If it cannot be removed.
    """
    path = _local(address)
    with _told(address, OutputError, "cannot be removed"), contextlib.suppress(FileNotFoundError):
        if path is not None:
            os.unlink(path)
        else:
            store, inside = _store(address)
            store.rm_file(inside)


def _local(address: str) -> str | None:
    """Return the path of an address on this machine; None for one in a store."""
    path = address.removeprefix("file://")
    return None if "://" in path else path


def _hidden(file: str, folder: str) -> bool:
    return any(part.startswith(".") for part in Path(file).relative_to(folder).parts)


def _remote_files(address: str) -> dict[str, int | None] | None:
    store, inside = _store(address)
    store.invalidate_cache()
    if any(mark in inside for mark in PATTERN):
        found = store.glob(inside, detail=True)
    elif store.isdir(inside):
        found = {
            name: info for name, info in store.find(inside, detail=True).items() if not _hidden(name, inside)
        }
    else:
        return None
    return {
        store.unstrip_protocol(name): info.get("size")
        for name, info in found.items()
        if info["type"] == "file"
    }


def _store(address: str) -> tuple[Any, str]:
    """Return the file system that holds an address, and its path there."""
    fsspec = import_extra("fsspec", "scale", address)
    store, inside = fsspec.core.url_to_fs(address)
    return store, inside


@contextlib.contextmanager
def _told(address: str, kind: type[TopicsError], problem: str) -> Iterator[None]:
    """Turn what goes wrong into one line."""
    try:
        yield
    except TopicsError:
        raise
    except FileNotFoundError:
        raise kind(f"{address}: {problem} (no such file or folder).") from None
    except OSError as error:
        raise kind(f"{address}: {problem} ({error.strerror or error}).") from None
    except (
        Exception
    ) as error:  # stores have errors of their own: of keys, of protocols, of what is not installed
        if _local(address) is not None:
            raise
        raise kind(f"{address}: {problem} ({error or type(error).__name__}).") from None
