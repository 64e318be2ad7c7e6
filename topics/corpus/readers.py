"""Any path becomes briefings: one file, a folder, a stream of many, standard input."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from topics.corpus.briefing import Briefing
from topics.corpus.documents import Document, read_docx, read_html, read_pdf
from topics.corpus.encodings import decode
from topics.corpus.streams import CHUNK_SIZE, Lines, read_line_chunks, read_parquet, read_table
from topics.errors import InputError, listed

DOCUMENTS: dict[str, Callable[[bytes, str], Document]] = {
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
TEXTS = (".txt", ".md")
Piece = Briefing | InputError | Lines
STREAMS: dict[str, Callable[[BinaryIO, str], Iterator[Piece]]] = {
    ".jsonl": read_line_chunks,
    ".csv": read_table,
    ".tsv": lambda stream, where: read_table(stream, where, "\t"),
}
READABLE = (*TEXTS, *DOCUMENTS, *STREAMS, ".parquet")
# A PDF or DOCX is compressed already; only these come with .gz.
COMPRESSIBLE = (*TEXTS, ".html", ".htm", *STREAMS)

CHUNK_BRIEFINGS = 64

PathLike = str | os.PathLike[str]
OnError = Callable[[InputError], object]


def read(path: PathLike) -> Briefing:
    """Read the one briefing that a file holds.

    Parameters
    ----------
    path : path, or "-" for standard input
        A .txt, .md, .html, .pdf or .docx file, or a stream with one record;
        any text form may end in .gz.

    Raises
    ------
    InputError
        If the file cannot be read, or holds many briefings.
    """
    briefings = read_corpus(path)
    briefing = next(briefings, None)
    if briefing is None:
        raise InputError(f"{path}: holds no briefing.")
    if next(briefings, None) is not None:
        raise InputError(f"{path}: holds more than one briefing; expected one.")
    return briefing


def read_corpus(
    *paths: PathLike, split: str | Iterable[str] | None = None, on_error: OnError | None = None
) -> Iterator[Briefing]:
    """Read briefings from files and folders, one after the other.

    Nothing is held but the file or the lines at hand, so a corpus may be larger
    than the memory.

    Parameters
    ----------
    *paths : path, or "-" for standard input
        Files of any readable kind, or folders of them (read by name, with
        their subfolders; files of other kinds are passed over).
    split : str or iterable of str, optional
        Keep the briefings whose metadata ``split`` is (one of) this.
    on_error : callable, optional
        Called with each InputError; reading then goes on. Without it the
        first one is raised.

    Yields
    ------
    Briefing

    Raises
    ------
    InputError
        If a path or a record cannot be read and `on_error` is None, or if
        `split` is given and no briefing has it.
    """
    wanted = {split} if isinstance(split, str) else set(split or ())
    met: set[str] = set()
    n_kept = 0
    for piece in itertools.chain.from_iterable(map(_read_path, paths)):
        for briefing in piece.briefings() if isinstance(piece, Lines) else (piece,):
            if isinstance(briefing, InputError):
                if on_error is None:
                    raise briefing
                on_error(briefing)
                continue
            if wanted:
                met.add(split_of(briefing))
                if split_of(briefing) not in wanted:
                    continue
            n_kept += 1
            yield briefing
    if wanted and met and not n_kept:
        raise no_such_split(paths, wanted, met)


def split_of(briefing: Briefing) -> str:
    """Return the part of the corpus that a briefing says it belongs to."""
    return str(briefing.metadata.get("split"))


def no_such_split(paths: Iterable[PathLike], wanted: Iterable[str], met: Iterable[str]) -> InputError:
    """Return the error that says which splits there are instead."""
    return InputError(
        f"{listed([str(path) for path in paths], 2)}: no briefing has the split {listed(sorted(wanted))}; "
        f"there is: {listed(sorted(met))}."
    )


Chunk = Lines | list[Briefing | InputError]


def read_chunks(*paths: PathLike, after: int = 0) -> Iterator[Chunk]:
    """Read files and folders in pieces of work that can go to other processes.

    JSON Lines stay unparsed; of all else come at most `CHUNK_BRIEFINGS`
    briefings, or some `CHUNK_SIZE` characters of them, at a time. The pieces
    depend on the inputs alone.

    Parameters
    ----------
    *paths : path, or "-" for standard input
        As in `read_corpus`.
    after : int, default=0
        Leave out so many records: lines of JSON Lines, and else briefings and
        errors. ``len(chunk)`` is how many a chunk has.
    """
    group: list[Briefing | InputError] = []
    size = 0
    for piece in itertools.chain.from_iterable(map(_read_path, paths)):
        n_left_out = min(after, len(piece) if isinstance(piece, Lines) else 1)
        after -= n_left_out
        if not isinstance(piece, Lines):
            if not n_left_out:
                group.append(piece)
                size += 0 if isinstance(piece, InputError) else sum(map(len, piece.texts))
            if len(group) < CHUNK_BRIEFINGS and size < CHUNK_SIZE:
                continue
        if group:
            yield group
            group, size = [], 0
        if isinstance(piece, Lines) and n_left_out < len(piece):
            yield piece.after(n_left_out)
    if group:
        yield group


def state_of(path: PathLike) -> dict[str, str | int]:
    """Return what tells whether an input was changed: its name, and files, bytes and latest change."""
    place = Path(path)
    try:
        files = _files_in(place) if place.is_dir() else [place]
        found = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    except OSError:  # it is told when it is read
        found = []
    return {
        "path": str(path),
        "files": len(found),
        "bytes": sum(size for _, size, _ in found),
        "changed": max((changed for _, _, changed in found), default=0),
        "listing": hashlib.sha256(repr(found).encode("utf-8", "surrogateescape")).hexdigest(),
    }


def _read_path(path: PathLike) -> Iterator[Piece]:
    try:
        if os.fspath(path) == "-":
            yield from _read_standard_input()
            return
        file = Path(path)
        if file.is_dir():
            yield from _read_folder(file)
        else:
            yield from _read_file(file, str(path), _document_id(file.name))
    except InputError as error:
        yield error
    except OSError as error:  # a name too long for the system, say
        yield InputError(f"{str(path)[:80]}: cannot be read ({error.strerror or error}).")


def _files_in(folder: Path) -> list[Path]:
    """Return the files of a folder that can be read, by name."""
    return sorted(
        file
        for file in folder.rglob("*")
        if _kind(file.name)[0] in READABLE
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and file.is_file()
    )


def _read_folder(folder: Path) -> Iterator[Piece]:
    files = _files_in(folder)
    if not files:
        raise InputError(f"{folder}: holds no file that can be read; expected {listed(READABLE)}.")
    names = [file.relative_to(folder).as_posix() for file in files]
    same = Counter(map(_document_id, names))
    for file, name in zip(files, names, strict=True):
        id = _document_id(name) if same[_document_id(name)] == 1 else name
        try:
            yield from _read_file(file, str(file), id)
        except InputError as error:
            yield error


def _read_file(file: Path, where: str, id: str) -> Iterator[Piece]:
    kind, compressed = _kind(file.name)
    if not file.exists():
        raise InputError(f"{where}: no such file or folder.")
    if kind not in READABLE or (compressed and kind not in COMPRESSIBLE):
        raise InputError(
            f"{where}: is of a kind that cannot be read; expected {listed(READABLE)}, text forms also with .gz."
        )
    try:
        if kind == ".parquet":
            yield from read_parquet(str(file), where)
            return
        with gzip.open(file) if compressed else file.open("rb") as stream:
            if kind in STREAMS:
                yield from STREAMS[kind](stream, where)  # type: ignore[arg-type]
            else:
                yield _read_document(stream.read(), kind, where, id)
    except PermissionError:
        raise InputError(f"{where}: may not be read (permission denied).") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{where}: is not a whole gzip file; it was cut or damaged.") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror or error}).") from None


def _read_standard_input() -> Iterator[Piece]:
    """Read standard input, whose first bytes say what it is: JSON Lines, HTML, PDF, DOCX or text."""
    if sys.stdin is None:
        raise InputError("standard input is closed.")
    stream: io.BufferedReader = sys.stdin.buffer  # type: ignore[assignment]
    head = stream.peek(1024)[:1024]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb'\{\s*"', start):
        yield from read_line_chunks(stream, "standard input")
        return
    if start.startswith(b"<") and re.search(rb"<html|<!doctype html", start):
        kind = ".html"
    elif start.startswith(b"%pdf-"):
        kind = ".pdf"
    elif head.startswith(b"PK\x03\x04"):
        kind = ".docx"
    elif head.startswith(b"\x1f\x8b"):
        raise InputError("standard input is compressed; unpack it first: gunzip -c FILE | topics …")
    else:
        kind = ".txt"
    yield _read_document(stream.read(), kind, "standard input", "stdin")


def _read_document(data: bytes, kind: str, where: str, id: str) -> Briefing:
    reader = DOCUMENTS.get(kind)
    if reader is None:
        text = decode(data, where)
        briefing = Briefing.from_text(text, id)
    else:
        if not data.strip():
            raise InputError(f"{where}: is empty.")
        document = reader(data, where)
        split = Briefing.from_text(document.text, id, title=document.title, date=document.date)
        briefing = Briefing(id, split.paragraphs, split.title, split.date, split.metadata, document.text)
    if not briefing.paragraphs:
        raise InputError(f"{where}: is empty; expected text.")
    return briefing


def _kind(name: str) -> tuple[str, bool]:
    """Return a file's kind by its name's end, and whether it is compressed."""
    stem, dot, end = name.lower().rpartition(".")
    if end == "gz":
        return f".{stem.rpartition('.')[2]}", True
    return f"{dot}{end}", False


def _document_id(name: str) -> str:
    """Name a document after its file: ``a/b.txt.gz`` is ``a/b``."""
    stem = name.removesuffix(".gz")
    return stem.rpartition(".")[0] or stem
