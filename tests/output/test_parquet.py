"""Parquet output: the rows of the CSV, with types."""

from __future__ import annotations

import csv
import io
import sys

import pytest

from topics import Briefing, InputError, Paragraph
from topics.output import parquet as module
from topics.output.formats import csv_rows
from topics.output.parquet import paragraph_table, write_parquet
from topics.storage.files import whole_file

pyarrow = pytest.importorskip("pyarrow")
from pyarrow import parquet  # noqa: E402

BRIEFINGS = [
    Briefing.from_text('Damascus, "Syria".\n\n(Photo)\n\nOn Iran, he said no.', "a/1", date="2026-01-29"),
    Briefing("b", (Paragraph("Given by itself,\nin two lines; 中文", label="iran"), Paragraph(""))),
]


@pytest.fixture
def predictions(starter):
    return list(starter.classify_many(BRIEFINGS))


def as_csv_cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_rows_are_those_of_the_csv(predictions, starter, tmp_path):
    with whole_file(tmp_path / "o.parquet") as file:
        write_parquet([paragraph_table(predictions[:1]), paragraph_table(predictions[1:])], file)
    table = parquet.read_table(tmp_path / "o.parquet")
    found = [[as_csv_cell(value) for value in row.values()] for row in table.to_pylist()]
    header, *rows = csv.reader(io.StringIO("".join(csv_rows(predictions, starter.topics))))
    assert table.column_names == header and found == rows


def test_the_columns_have_types_also_where_all_is_missing(predictions):
    for table in (paragraph_table(predictions), paragraph_table(predictions[1:]), paragraph_table([])):
        assert {name: str(type) for name, type in zip(table.schema.names, table.schema.types, strict=True)} == {
            "briefing": "string", "date": "string", "index": "int64", "start": "int64", "end": "int64",
            "topic": "string", "probability": "double", "review": "bool", "segment": "int64",
            "label": "string", "text": "string",
        }  # fmt: skip


def test_rows_are_written_in_groups_as_they_come(predictions, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GROUP_ROWS", 8)
    table = paragraph_table(predictions)  # of 5 rows
    with (tmp_path / "o.parquet").open("wb") as file:
        write_parquet((table for _ in range(5)), file)
    metadata = parquet.ParquetFile(tmp_path / "o.parquet").metadata
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [10, 10, 5]


def test_an_error_on_the_way_leaves_the_older_file(predictions, tmp_path, capfd):
    path = tmp_path / "o.parquet"
    path.write_bytes(b"older")

    def tables():
        yield paragraph_table(predictions)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        write_parquet(tables(), file)
    assert path.read_bytes() == b"older" and [file.name for file in tmp_path.iterdir()] == ["o.parquet"]
    assert capfd.readouterr() == ("", "")


def test_without_the_extra_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"^Parquet: .*'parquet', which is not installed; .*pip install"):
        write_parquet([], io.BytesIO())
