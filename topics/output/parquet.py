"""Predictions as a Parquet file: the rows and columns of the CSV, with types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from topics.classification.prediction import Prediction
from topics.extras import import_extra
from topics.output.formats import CSV_COLUMNS, paragraph_rows

# Rows of a group: enough that reading is fast, few enough to be held.
GROUP_ROWS = 16_384
TYPES = {
    "index": "int64", "start": "int64", "end": "int64", "probability": "float64", "review": "bool_", "segment": "int64",
}  # fmt: skip


def paragraph_table(predictions: Sequence[Prediction]) -> Any:
    """Return a ``pyarrow.Table`` with a row for each paragraph.

    ``start``, ``end``, ``segment``, ``date`` and ``label`` are null where there is none.

    Raises
    ------
    InputError
        If pyarrow is not installed.
    """
    arrow = import_extra("pyarrow", "parquet", "Parquet")
    schema = arrow.schema([(name, getattr(arrow, TYPES.get(name, "string"))()) for name in CSV_COLUMNS])
    columns = list(zip(*paragraph_rows(predictions), strict=True)) or [()] * len(CSV_COLUMNS)
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return arrow.Table.from_arrays(arrays, schema=schema)


def write_parquet(tables: Iterable[Any], file: BinaryIO) -> None:
    """Write tables from `paragraph_table`, a group of rows at a time.

    Raises
    ------
    InputError
        If pyarrow is not installed.
    """
    schema = paragraph_table([]).schema
    arrow = import_extra("pyarrow", "parquet", "Parquet")
    parquet = import_extra("pyarrow.parquet", "parquet", "Parquet")
    waiting: list[Any] = []
    sink = _Sink(file)
    writer = parquet.ParquetWriter(arrow.PythonFile(sink, mode="w"), schema)
    try:
        for table in tables:
            waiting.append(table)
            if sum(map(len, waiting)) >= GROUP_ROWS:
                writer.write_table(arrow.concat_tables(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(arrow.concat_tables(waiting))
    except BaseException:  # Ctrl-C too
        sink.open = False  # the writer would end a file that nobody keeps
        raise
    finally:
        writer.close()


class _Sink:
    """What pyarrow asks of a file; one that is not open takes everything and keeps nothing."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.open = file, True

    def write(self, data: bytes) -> int:
        return self._file.write(data) if self.open else len(data)

    def flush(self) -> None:
        """Leave it to the file."""

    def close(self) -> None:
        """Leave it to the file."""
