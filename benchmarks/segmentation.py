"""How well `topics.segment` parts artificial documents, without labels: Pk on Choi's documents.

    python benchmarks/segmentation.py ../shared/data

The usual 700 are folders 1 to 3; the constants of `topics.segmentation` were
chosen on folder 4. k is half the mean true segment, for each document.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from pathlib import Path
from statistics import mean

import topics
from topics.evaluation.metrics import pk


def main() -> None:
    """Print mean Pk by folder and range of segment lengths."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    path = parser.parse_args().data / "choi_segmentation.jsonl.gz"
    errors: dict[tuple[str, str], list[float]] = defaultdict(list)
    counts: dict[tuple[str, str], list[int]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            paragraphs = tuple(topics.Paragraph(paragraph["text"]) for paragraph in record["paragraphs"])
            found = topics.segment(topics.Briefing(record["id"], paragraphs))
            group = ("4 (chosen on)" if record["id"].split("/")[1] == "4" else "1-3", record["subset"])
            error = pk([paragraph["segment"] for paragraph in record["paragraphs"]], found)
            assert error is not None
            errors[group].append(error)
            counts[group].append(found[-1] + 1)
    print(f"{'folder':15}{'sentences':12}{'documents':>10}{'Pk':>8}{'segments (10 are true)':>25}")
    for folder, lengths in sorted(errors):
        group = (folder, lengths)
        row = f"{len(errors[group]):>10}{mean(errors[group]):>8.3f}{mean(counts[group]):>25.1f}"
        print(f"{folder:15}{lengths:12}{row}")


if __name__ == "__main__":
    main()
