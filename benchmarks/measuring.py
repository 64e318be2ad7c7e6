"""What the speed benchmarks share: candidates run in turn, medians, a table, a JSON file, the corpora."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import topics
from topics import Briefing

AG = "ag_news_test_and_10k_train.jsonl.gz"
WHITE_HOUSE = "wh_briefings.jsonl.gz"


def arguments(description: str) -> argparse.Namespace:
    """Read the command line that all of them have."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="The folder that holds the public corpora.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="Write the figures here, too.")
    return parser.parse_args()


def corpus(data: Path, name: str, split: str | None = None) -> list[Briefing]:
    """Read one of the corpora."""
    if not (data / name).is_file():
        sys.exit(f"{data / name}: no such file; give the folder that holds the public corpora.")
    return list(topics.read_corpus(data / name, split=split))


def texts_and_labels(briefings: list[Briefing]) -> tuple[list[str], list[str]]:
    """Return all paragraphs and their labels."""
    paragraphs = [paragraph for briefing in briefings for paragraph in briefing.paragraphs]
    return [p.text for p in paragraphs], [p.label or "" for p in paragraphs]


def in_turn(candidates: dict[str, Callable[[], Any]], runs: int) -> dict[str, list[float]]:
    """Run each once to warm up, then all of them in turn; return the seconds of each run."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for run in range(runs + 1):
        for name, candidate in candidates.items():
            began = time.perf_counter()
            candidate()
            if run:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def medians(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Return the median of each."""
    return {name: statistics.median(values) for name, values in seconds.items()}


@contextlib.contextmanager
def on_cores(n: int) -> Iterator[None]:
    """Let this process use so many cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(before)[:n]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def peak_memory(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds, and the peak memory in MB of it and its processes together."""
    import psutil

    peak, began = 0, time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            total = 0
            with contextlib.suppress(psutil.NoSuchProcess):
                for part in (root, *root.children(recursive=True)):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        total += part.memory_info().rss
            peak = max(peak, total)
            time.sleep(0.02)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: ended with {process.returncode}")
    return time.perf_counter() - began, peak / 1e6


def show(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Print a table as Markdown."""
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def write(path: Path | None, name: str, figures: Any) -> None:
    """Write figures as JSON, with what they were measured on."""
    if path is None:
        return
    import numpy
    import sklearn

    record = {
        "benchmark": name,
        "machine": {"cores": os.cpu_count(), "processor": _processor(), "python": platform.python_version()},
        "versions": {"topics": topics.__version__, "numpy": numpy.__version__, "scikit-learn": sklearn.__version__},
        "figures": figures,
    }  # fmt: skip
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()
