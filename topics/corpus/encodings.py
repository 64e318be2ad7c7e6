"""Bytes become text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from topics.errors import InputError

SAMPLE_SIZE = 1 << 16

# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A character of several bytes, or the beginning of one that was cut.
_UTF8_BEGINNING = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xf4][\x80-\xbf]{1,3}")
# What makes sense in Windows-1252: letters in a word, or a word of their own; an
# apostrophe in a word; other marks beside one.
_WESTERN = re.compile(
    rb"(?<=[A-Za-z\xc0-\xfe])[\xc0-\xd6\xd8-\xf6\xf8-\xfe\x8a\x8c\x8e\x9a\x9c\x9e]"
    rb"|[\xc0-\xd6\xd8-\xf6\xf8-\xfe\x8a\x8c\x8e\x9a\x9c\x9e](?=[A-Za-z\xc0-\xfe])"
    rb"|(?<=[\s'\"])[\xc0\xc8\xd3\xe0\xe8-\xea\xec\xf2\xf3\xf9](?=[\s'\",.])"
    rb"|\x92|[\x80\x82\x84\x85\x91-\x97\x99\xa0-\xbf](?![A-Za-z])|(?<![A-Za-z])[\x80\x82\x84\x85\x91-\x97\x99\xa0-\xbf]"
)
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# Control characters that no text has: all but tab, line ends, form feed, escape.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")

NOT_UTF8 = "is not valid UTF-8; the text may have been cut or mixed; save it again as UTF-8"


def decode(data: bytes, where: str) -> str:
    r"""Return the text that bytes hold, in whatever encoding they are.

    Parameters
    ----------
    data : bytes
    where : str
        The file's name, for messages.

    Raises
    ------
    InputError
        If the bytes are no text, or UTF-8 with a broken place.

    Examples
    --------
    >>> decode("Peña".encode("windows-1252"), "x.txt")
    'Peña'
    >>> decode(b"\xff\xfeA\x00", "x.txt")
    'A'
    """
    encoding = detect_encoding(data, where)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if encoding == "utf-8":
            raise InputError(f"{where}:{line}: byte {error.start} {NOT_UTF8}.") from None
        raise InputError(
            f"{where}:{line}: byte {error.start} cannot be read as {encoding}; save the file again as UTF-8."
        ) from None


def detect_encoding(data: bytes, where: str) -> str:
    """Name the encoding of bytes, which may be the beginning of a longer file.

    A byte-order mark decides. Without one it is UTF-8 if the bytes are, or if
    much of what is not ASCII looks like it (then decoding names the broken
    place). Where nearly all is ASCII it is Windows-1252, if what is not ASCII
    makes sense in it; else what charset-normalizer says.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    if len(_CONTROL.findall(data)) > max(2, len(data) // 100):
        return _utf16_without_mark(data, where)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    n_high = len(_HIGH_BYTE.findall(data))
    n_utf8 = sum(map(len, _UTF8_BEGINNING.findall(data)))
    if 10 * n_utf8 >= 7 * n_high:
        return "utf-8"  # with broken places, which decoding will name
    n_implausible = len(_HIGH_BYTE.findall(_WESTERN.sub(b"", data)))
    if 3 * n_high <= len(data) and 10 * n_implausible <= n_high:
        return "windows-1252"
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:SAMPLE_SIZE]).best()
    # UTF-16 without a zero byte, or a guess from a stray byte or two, is no finding.
    if best is None or best.encoding.startswith(("utf_16", "utf_32")) or n_high < 8:
        return "utf-8"
    return best.encoding


def open_lines(stream: BinaryIO, where: str) -> Iterator[str]:
    r"""Yield the lines of a stream of bytes, ended by ``\n``, however long it is.

    A byte that breaks the encoding arrives as a surrogate (see `is_broken`),
    so that one bad line leaves the others readable.
    """
    sample = stream.read(SAMPLE_SIZE)
    encoding = detect_encoding(sample, where)
    chained = io.BufferedReader(Chained(sample, stream), SAMPLE_SIZE)
    escapes = encoding.startswith("utf-8")
    lines = io.TextIOWrapper(
        chained, encoding, errors="surrogateescape" if escapes else "replace", newline="\n"
    )
    for line in lines:
        yield mended(line, where) if escapes and is_broken(line) else line


def mended(line: str, where: str) -> str:
    """Return a broken line of UTF-8 as text if it is in the older encoding, as a line far down in a file may be.

    Raises
    ------
    InputError
        If it is no text.
    """
    data = line.encode("utf-8", "surrogateescape")
    return data.decode("windows-1252") if detect_encoding(data, where) == "windows-1252" else line


def is_broken(line: str) -> bool:
    """Tell whether a line from `open_lines` held bytes that are not text."""
    return not line.isascii() and _SURROGATE.search(line) is not None


def without_surrogates(text: str) -> str:
    """Replace half characters, which no output can carry, by U+FFFD, one for one."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


class Chained(io.RawIOBase):
    """The bytes already read from a stream, then the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, or less of it; 0 at the end."""
        data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        if not data:
            data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _utf16_without_mark(data: bytes, where: str) -> str:
    """Western text in UTF-16 has a zero in every second place, binary data has not."""
    zeros = data[0::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    if zeros[1] > 0.7 * half and zeros[0] < 0.05 * half:
        return "utf-16-le"
    if zeros[0] > 0.7 * half and zeros[1] < 0.05 * half:
        return "utf-16-be"
    raise _binary(where)


def _binary(where: str) -> InputError:
    return InputError(f"{where}: is binary data, not text; give a text, HTML, PDF or DOCX file.")
