"""Memory and time by the length of a stream: python benchmarks/memory.py DATA [--json FILE]

Peak resident memory of `topics classify corpus.jsonl -o out.jsonl`, its processes added up, on White House briefings
repeated to 100 MB and to 1 GB of JSON Lines.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path

from measuring import WHITE_HOUSE, arguments, peak_memory, show, write

SIZES = (100_000_000, 1_000_000_000)


def repeated(source: Path, target: Path, size: int) -> None:
    """Write the lines of a corpus over and over, with ids of their own."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    written = turn = 0
    with target.open("w", encoding="utf-8") as file:
        while written < size:
            for record in records:
                written += file.write(
                    json.dumps(record | {"id": f"{record['id']}-{turn}"}, ensure_ascii=False) + "\n"
                )
                if written >= size:
                    break
            turn += 1


def main() -> None:
    given = arguments(__doc__)
    rows, figures = [], []
    with tempfile.TemporaryDirectory() as folder:
        for jobs in (1, 2):
            for size in SIZES:
                source = Path(folder) / f"{size}.jsonl"
                if not source.exists():
                    repeated(given.data / WHITE_HOUSE, source, size)
                command = [sys.executable, "-m", "topics", "classify", str(source), "--jobs", str(jobs)]
                seconds, peak = peak_memory([*command, "-o", f"{folder}/out.jsonl"])
                figures.append({"bytes": size, "jobs": jobs, "seconds": seconds, "peak_mb": peak})
                rows.append(
                    [
                        jobs,
                        f"{size / 1e6:,.0f}",
                        f"{seconds:.0f}",
                        f"{size / 1e6 / seconds:.1f}",
                        f"{peak:.0f}",
                    ]
                )
    show("A stream of JSON Lines", ["--jobs", "MB", "seconds", "MB a second", "peak memory, MB"], rows)
    write(given.json, "memory", figures)


if __name__ == "__main__":
    main()
