"""Files that hold many briefings: JSON Lines, CSV, TSV, Parquet.

Each reader yields, for every record, either a briefing or the error that says
why it is none, and reads on: one bad line does not cost the others. None of
them holds more than one record (JSON Lines: one chunk of lines; Parquet: one
batch of rows) at a time.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn, cast

from topics.corpus.briefing import Briefing
from topics.corpus.encodings import (
    NOT_UTF8,
    SAMPLE_SIZE,
    Chained,
    detect_encoding,
    is_broken,
    mended,
    open_lines,
)
from topics.corpus.records import briefing_from_record, briefing_from_rows
from topics.errors import InputError
from topics.extras import import_extra

# Bytes of a piece of work: a fraction of a second of classifying, and little to hold.
CHUNK_SIZE = 1 << 18

Rows = Iterable[tuple[str, Mapping[str, Any] | InputError]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a JSON Lines file, not parsed yet, so that another process can do it.

    Parameters
    ----------
    data : bytes
        Whole lines.
    encoding : str
    where : str
        The file's name, for messages.
    first : int
        Number of the first line, from 1.
    """

    data: bytes
    encoding: str
    where: str
    first: int

    def __len__(self) -> int:
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))

    def after(self, n_lines: int) -> Lines:
        """Return what follows the first of them."""
        rest = self.data.split(b"\n", n_lines)[n_lines]
        return Lines(rest, self.encoding, self.where, self.first + n_lines)

    def briefings(self) -> Iterator[Briefing | InputError]:
        """Yield the briefing of each line, or the error that says why it is none; empty lines are passed over."""
        escapes = self.encoding == "utf-8"
        text = self.data.decode(self.encoding, "surrogateescape" if escapes else "replace")
        for number, line in enumerate(text.split("\n"), self.first):
            if not line.strip():
                continue
            place = f"{self.where}:{number}"
            try:
                whole = mended(line, place) if escapes and is_broken(line) else line
                yield briefing_from_record(parse_object(whole, place), place)
            except InputError as error:
                yield error


def read_line_chunks(stream: BinaryIO, where: str) -> Iterator[Lines]:
    """Cut a stream of JSON Lines into pieces of whole lines, of some `CHUNK_SIZE` bytes or one longer line.

    Raises
    ------
    InputError
        If it is no text.
    """
    first, encoding = 1, ""
    while data := stream.read(CHUNK_SIZE):
        if not encoding:
            encoding = detect_encoding(data[:SAMPLE_SIZE], where)
            if encoding not in ("utf-8", "utf-8-sig", "windows-1252"):
                # A byte that is a line's end elsewhere need not be one here.
                yield from _transcoded(open_lines(cast(BinaryIO, Chained(data, stream)), where), where)
                return
            if encoding == "utf-8-sig":
                data, encoding = data.removeprefix(codecs.BOM_UTF8), "utf-8"
        if not data.endswith(b"\n"):
            data += stream.readline()
        chunk = Lines(data, encoding, where, first)
        first += len(chunk)
        yield chunk


def _transcoded(lines: Iterator[str], where: str) -> Iterator[Lines]:
    """Put lines in UTF-8."""
    first, size = 1, 0
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line.encode("utf-8", "replace"))
        size += len(chunk[-1])
        if size >= CHUNK_SIZE:
            yield Lines(b"".join(chunk), "utf-8", where, first)
            first, size = first + len(chunk), 0
            chunk.clear()
    if chunk:
        yield Lines(b"".join(chunk), "utf-8", where, first)


def parse_object(line: str, place: str) -> Mapping[str, Any]:
    """Read the JSON object that a line from `open_lines` holds.

    Raises
    ------
    InputError
        If it holds none.
    """
    if is_broken(line):
        raise InputError(f"{place}: {NOT_UTF8}.")
    try:
        record = json.loads(line.rstrip("\r\n"), parse_constant=_no_constant)
    except RecursionError:
        raise InputError(f"{place}: is nested too deeply; expected one flat JSON object a line.") from None
    except ValueError as error:
        problem = getattr(error, "msg", str(error))
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"{place}: is not valid JSON ({problem}{column}); expected one object a line."
        ) from None
    if not isinstance(record, dict):
        raise InputError(f"{place}: is JSON, but not an object; expected one object a line.")
    return record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def read_table(stream: BinaryIO, where: str, delimiter: str = ",") -> Iterator[Briefing | InputError]:
    """Read a CSV or TSV file: a row is a briefing, or a paragraph if there is a column ``briefing``.

    Parameters
    ----------
    stream : binary file
    where : str
        The file's name, for messages.
    delimiter : str, default=","
        For CSV, a header line without commas but with semicolons (as
        spreadsheets write it in much of Europe) is taken as meant.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = iter(open_lines(stream, where))
    header = next(lines, "")
    if delimiter == "," and "," not in header and ";" in header:
        delimiter = ";"
    reader = csv.reader(itertools.chain([header], lines), delimiter=delimiter, strict=True)
    yield from _briefings(_csv_rows(reader, where), where)


def _csv_rows(reader: Any, where: str) -> Rows:
    columns: list[str] | None = None
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = f"{where}:{reader.line_num}"
            reason = "a quotation mark is never closed" if "end of data" in str(error) else str(error)
            yield line, InputError(f"{line}: is not valid CSV ({reason}).")
            continue
        if cells is None:
            return
        place = f"{where}:{reader.line_num}"
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [cell.strip() for cell in cells]
            if problem := _bad_columns(columns):
                yield place, InputError(f"{place}: {problem}")
                return
        elif any(is_broken(cell) for cell in cells):
            yield place, InputError(f"{place}: {NOT_UTF8}.")
        elif len(cells) > len(columns):
            yield (
                place,
                InputError(
                    f"{place}: has {len(cells)} cells; expected {len(columns)}, as in the first line; "
                    "put cells that hold the delimiter between quotation marks."
                ),
            )
        else:
            yield place, dict(zip(columns, (cell or None for cell in cells), strict=False))


def read_parquet(path: str, where: str) -> Iterator[Briefing | InputError]:
    """Read a Parquet file; columns as in `read_table`, or a column ``paragraphs`` of lists."""
    parquet = import_extra("pyarrow.parquet", "parquet", where)
    try:
        table = parquet.ParquetFile(path)
        columns = table.schema_arrow.names
    except Exception:  # pyarrow raises OSError, ArrowInvalid and others on a damaged file
        yield InputError(f"{where}: is not a readable Parquet file.")
        return
    if problem := _bad_columns(columns):
        yield InputError(f"{where}: {problem}")
        return
    yield from _briefings(_parquet_rows(table, where), where)


def _parquet_rows(table: Any, where: str) -> Rows:
    number = 0
    for batch in table.iter_batches(batch_size=1024):
        for row in batch.to_pylist():
            number += 1
            yield (
                f"{where}: row {number}",
                {key: _plain(value) for key, value in row.items() if value is not None},
            )


def _plain(value: Any) -> Any:
    """Dates and times, which JSON has not, as their ISO text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _bad_columns(columns: list[str]) -> str | None:
    if "text" not in columns and "paragraphs" not in columns:
        return f"has no column 'text'; expected id,text,… or briefing,text,label,… and found {','.join(columns)[:80]}."
    if "id" not in columns and "briefing" not in columns:
        return f"has no column 'id' or 'briefing'; expected id,text,… and found {','.join(columns)[:80]}."
    return None


def _briefings(rows: Rows, where: str) -> Iterator[Briefing | InputError]:
    """Make briefings of rows; neighbouring rows with one ``briefing`` belong together."""
    group: list[tuple[str, Mapping[str, Any]]] = []

    def finish() -> Iterator[Briefing | InputError]:
        if group:
            yield _try(briefing_from_rows, group)
            group.clear()

    for place, row in rows:
        if isinstance(row, InputError):
            yield row
        elif "briefing" in row:
            if group and group[0][1]["briefing"] != row["briefing"]:
                yield from finish()
            if row["briefing"] is None:
                yield InputError(
                    f"{place}: has no 'briefing'; expected the name of the briefing it belongs to."
                )
            else:
                group.append((place, row))
        else:
            yield _try(briefing_from_record, _without_empty(row), place)
    yield from finish()


def _without_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _try(build: Any, *arguments: Any) -> Briefing | InputError:
    try:
        briefing: Briefing = build(*arguments)
    except InputError as error:
        return error
    return briefing
