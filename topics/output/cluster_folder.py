"""The folder that `topics cluster` writes, and what is read back from it."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from topics.clustering.clusters import Clusters
from topics.clustering.tracking import Earlier
from topics.errors import InputError
from topics.output import charts
from topics.output.report import clusters_page
from topics.output.summaries import RECORD, read_clusters
from topics.storage.files import whole_folder

UNITS = "paragraphs.csv"
COLUMNS = ("briefing", "index", "cluster", "name", "distance", "topic", "text")
# What `topics promote` keeps there; a later clustering leaves it.
PROMOTED = "promoted"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of ``paragraphs.csv``.

    Parameters
    ----------
    briefing : str
    index : int or None
        None for a whole briefing.
    cluster : int
    text : str
    """

    briefing: str
    index: int | None
    cluster: int
    text: str


def write_clusters(found: Clusters, path: str | os.PathLike[str]) -> None:
    """Write clusters, whole or not at all: JSON, a table of units, a map and a page.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds other files.
    """
    record = found.to_dict()
    with whole_folder(path, RECORD, keep=PROMOTED) as folder:
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / RECORD).write_text(text + "\n", encoding="utf-8")
        with (folder / UNITS).open("w", encoding="utf-8", newline="") as file:
            file.writelines(unit_rows(found))
        charts.save(charts.clusters(record), folder / "clusters.png")
        with (folder / "report.html").open("w", encoding="utf-8") as file:
            file.writelines(clusters_page(record))


def unit_rows(found: Clusters) -> Iterator[str]:
    """Yield the lines of ``paragraphs.csv``: one for each clustered unit."""
    names = {cluster.id: cluster.name for cluster in found.clusters}
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(COLUMNS)
    for member in found.members:
        unit = member.unit
        writer.writerow(
            (
                unit.briefing,
                unit.index,
                member.cluster,
                names[member.cluster],
                f"{member.distance:.4f}",
                unit.topic,
                unit.text,
            )
        )
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def read_rows(folder: str | os.PathLike[str]) -> Iterator[Row]:
    """Read ``paragraphs.csv`` of a folder.

    Raises
    ------
    InputError
        If there is none, or it is not as it was written.
    """
    path = Path(folder) / UNITS
    csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise InputError(f"{path}: has other columns; expected those that `topics cluster` writes.")
            for row in reader:
                yield _row(row, f"{path}:{reader.line_num}")
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror or error}); expected a folder that `topics cluster` wrote."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is no table of units ({error}); cluster again.") from None


def read_earlier(folder: str | os.PathLike[str], unit: str) -> Earlier | None:
    """Read the clustering that a folder holds, to keep its ids; None if it holds none of such units."""
    if not (Path(folder) / RECORD).is_file():
        return None
    record = read_clusters(folder)
    if record["unit"] != unit:
        return None
    members = {(row.briefing, row.index): row.cluster for row in read_rows(folder)}
    names = {cluster["id"]: cluster["name"] for cluster in record["clusters"]}
    return Earlier(members, names, record["last_id"])


def _row(row: Mapping[str, str | None], where: str) -> Row:
    try:
        return Row(
            row["briefing"] or "",
            int(row["index"]) if row["index"] else None,
            int(row["cluster"] or ""),
            row["text"] or "",
        )
    except ValueError:
        raise InputError(f"{where}: 'index' or 'cluster' is no whole number; cluster again.") from None
