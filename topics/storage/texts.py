"""A long list of texts in a file: as many as a vocabulary has, of which a briefing needs a few."""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray


class Texts(Sequence[str]):
    """The lines of a UTF-8 file, mapped into memory and decoded when they are asked for.

    Parameters
    ----------
    path : path
        Each line ends in ``\\n``.
    index : ndarray of uint32, shape (n, 2), optional
        Of `index_of`.

    Raises
    ------
    ValueError
        If the file is not UTF-8, or the index is not one of so many texts.
    """

    def __init__(self, path: str | os.PathLike[str], index: NDArray[np.uint32] | None = None) -> None:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            self._data: bytes | mmap.mmap = (
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            )
        letters = np.frombuffer(self._data, np.uint8)
        if len(letters) and letters.max() > 127:
            str(self._data[:], "utf-8")  # raises UnicodeDecodeError, a ValueError
        self._ends = np.flatnonzero(letters == ord("\n"))
        if index is not None:
            if index.shape != (len(self), 2) or index.dtype != np.uint32:
                raise ValueError(
                    f"there are {len(self)} texts, and the index is {index.dtype}{list(index.shape)}"
                )
            if (np.diff(index[:, 0].astype(np.int64)) < 0).any() or (
                np.sort(index[:, 1]) != np.arange(len(self))
            ).any():
                raise ValueError("the index is not in order, or does not name each text once")
        self._index = index
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._bytes(place % len(self)).decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(str(self._data[:], "utf-8").split("\n")[:-1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[list[str]], tuple[list[str]]]:
        return list, (list(self),)  # a mapped file does not travel

    def places_of(self, texts: Iterable[str]) -> dict[str, int]:
        """Find texts in the list; return the places of those that are there.

        Without a dictionary of all: by their checksums, then compared.
        """
        wanted = list(texts)
        if self._index is None:
            if self._places is None:
                self._places = {text: place for place, text in enumerate(self)}
            return {text: self._places[text] for text in wanted if text in self._places}
        encoded = [text.encode("utf-8", "surrogatepass") for text in wanted]
        sums = np.array([zlib.crc32(text) for text in encoded], dtype=np.uint32)
        order = self._index[:, 0]
        found = {}
        firsts = np.searchsorted(order, sums, "left").tolist()
        lasts = np.searchsorted(order, sums, "right").tolist()
        for text, data, first, last in zip(wanted, encoded, firsts, lasts, strict=True):
            for place in self._index[first:last, 1].tolist():
                if self._bytes(place) == data:
                    found[text] = place
        return found

    def _bytes(self, place: int) -> bytes:
        start = int(self._ends[place - 1]) + 1 if place else 0
        return self._data[start : int(self._ends[place])]


def index_of(texts: Iterable[str]) -> NDArray[np.uint32]:
    """Return the CRC-32 of each text's UTF-8 and its place, by rising CRC-32, shape (n, 2)."""
    sums = np.array([zlib.crc32(text.encode("utf-8")) for text in texts], dtype=np.uint32)
    order = np.argsort(sums, kind="stable")
    return np.stack([sums[order], order.astype(np.uint32)], axis=1)
