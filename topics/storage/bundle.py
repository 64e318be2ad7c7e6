"""A bundle: a folder of JSON, plain arrays and text that nothing can hide code in.

::

    bundle.json     format number, what the bundle is, its settings
    NAME.npy        one array each, loaded by memory map, never with pickle
    NAME.txt        lists of texts, one a line
    NAME.index.npy  the checksum of each text and its place, to find it without reading all
    README.md       the same for people
    SHA256SUMS      the checksum of every file above (``sha256sum -c`` reads it)

Loading judges first and builds after: all checksums, then the format number,
then each array's type and shape.

**Raising the format number.** Add one to `FORMAT` whenever a folder written
by this version cannot be read by the one before. Keep reading the older
formats or raise `OLDEST_FORMAT`, and say so in the change log.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.errors import BundleError
from topics.storage.files import whole_folder
from topics.storage.texts import Texts, index_of

FORMAT = 1
OLDEST_FORMAT = 1
DESCRIPTION = "bundle.json"
CHECKSUMS = "SHA256SUMS"
INDEX = ".index"
REBUILD = "retrain it with `topics train`, or copy it again"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a folder holds.

    Parameters
    ----------
    description : mapping
        JSON values.
    arrays : mapping of name to ndarray
        Read-only memory maps when loaded.
    texts : mapping of name to sequence of str
        Texts without line breaks; mapped from their file when loaded.
    readme : str
    fingerprint : str
        ``sha256:…`` over all checksums; two bundles with one fingerprint are equal.
    """

    description: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    texts: Mapping[str, Sequence[str]]
    readme: str = ""
    fingerprint: str = ""

    def array(self, name: str, dtype: str, shape: tuple[int, ...], where: str) -> NDArray[Any]:
        """Return an array after checking that it is as expected.

        Raises
        ------
        BundleError
            If it is missing or of another type or shape.
        """
        found = self.arrays.get(name)
        if found is None:
            raise BundleError(f"{where}: has no array '{name}'; {REBUILD}.")
        if found.dtype != np.dtype(dtype) or found.shape != shape:
            raise BundleError(
                f"{where}: array '{name}' is {found.dtype}{list(found.shape)}; "
                f"expected {dtype}{list(shape)}; {REBUILD}."
            )
        if not np.isfinite(found).all():
            raise BundleError(f"{where}: array '{name}' holds values that are no numbers; {REBUILD}.")
        return found


def write_bundle(folder: str | os.PathLike[str], bundle: Bundle) -> None:
    """Write a folder, whole or not at all; an older bundle there is replaced.

    Equal content gives equal bytes.

    Raises
    ------
    OutputError
        If it cannot be written, or the folder holds something else.
    """
    with whole_folder(folder, is_ours=CHECKSUMS) as temporary:
        description = {"format": FORMAT, **bundle.description}
        _write_text(temporary / DESCRIPTION, json.dumps(description, indent=1, ensure_ascii=False) + "\n")
        for name, array in bundle.arrays.items():
            np.save(temporary / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
        for name, texts in bundle.texts.items():
            _write_text(temporary / f"{name}.txt", "".join(f"{text}\n" for text in texts))
            np.save(temporary / f"{name}{INDEX}.npy", index_of(texts), allow_pickle=False)
        _write_text(temporary / "README.md", bundle.readme)
        _write_text(temporary / CHECKSUMS, _checksums(temporary))


def read_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """Read a folder after checking every byte of it.

    Raises
    ------
    BundleError
        If it is no bundle, damaged, changed, or of another format.
    """
    path = Path(folder)
    if not path.is_dir():
        raise BundleError(f"{folder}: no such model folder.")
    checksums = path / CHECKSUMS
    if not checksums.is_file():
        raise BundleError(
            f"{folder}: is not a model (it has no {CHECKSUMS}); expected a folder that `topics train` made."
        )
    try:
        listed = checksums.read_bytes()
        contents = {file.name: file for file in path.iterdir() if not file.name.startswith(".")}
        if listed != _checksums(path).encode():
            raise BundleError(f"{folder}: {_what_changed(path, listed)}; {REBUILD}.")
        description = json.loads((path / DESCRIPTION).read_bytes())
        _check_format(description, str(folder))
        arrays = {
            Path(name).stem: np.load(file, mmap_mode="r", allow_pickle=False)
            for name, file in contents.items()
            if name.endswith(".npy")
        }
        texts = {
            Path(name).stem: Texts(file, arrays.pop(f"{Path(name).stem}{INDEX}", None))
            for name, file in contents.items()
            if name.endswith(".txt")
        }
        readme = (path / "README.md").read_text(encoding="utf-8")
    except OSError as error:
        raise BundleError(f"{folder}: cannot be read ({error.strerror or error}); {REBUILD}.") from None
    except (
        ValueError,
        EOFError,
        RecursionError,
    ) as error:  # broken JSON, UTF-8 or array header under a right checksum
        raise BundleError(f"{folder}: is not a valid model ({error}); {REBUILD}.") from None
    return Bundle(description, arrays, texts, readme, "sha256:" + hashlib.sha256(listed).hexdigest())


def _check_format(description: Any, where: str) -> None:
    number = description.get("format") if isinstance(description, dict) else None
    if not isinstance(number, int):
        raise BundleError(f"{where}: {DESCRIPTION} has no format number; {REBUILD}.")
    if not OLDEST_FORMAT <= number <= FORMAT:
        reads = f"format {FORMAT}" if OLDEST_FORMAT == FORMAT else f"formats {OLDEST_FORMAT}-{FORMAT}"
        raise BundleError(
            f"{where}: has format {number}, this version of topics reads {reads}; "
            "upgrade topics, or retrain with `topics train`."
        )


def _checksums(folder: Path) -> str:
    """Return the checksum file for a folder: a line a file, by name."""
    lines = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        # Hidden files, which desktops leave behind, are not part of it.
        if file.name != CHECKSUMS and not file.name.startswith("."):
            with file.open("rb") as stream:
                lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}\n")
    return "".join(lines)


def _what_changed(folder: Path, listed: bytes) -> str:
    """Say which file does not agree with its checksum."""
    try:
        lines = [line.split("  ", 1) for line in listed.decode().splitlines()]
        expected = {name: checksum for checksum, name in lines}
    except ValueError:
        return f"{CHECKSUMS} is damaged"
    found = {
        name: checksum for checksum, name in (line.split("  ", 1) for line in _checksums(folder).splitlines())
    }
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            return f"{name} is missing"
        if name not in expected:
            return f"{name} does not belong to the model"
        if found[name] != expected[name]:
            return f"{name} was changed or damaged (its checksum differs)"
    return f"{CHECKSUMS} is damaged"


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
