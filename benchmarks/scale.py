"""Paragraphs a second by the number of workers: python benchmarks/scale.py CORPUS [-o scale.json]

Shards are made of the corpus, repeated; a scheduler and workers of one thread each are started on loopback. Measured is
`classify_shards` from its call to `_SUCCESS`, three times, the median shown, after one shard for each worker to warm up
(imports, model). The first line is this process alone, without a scheduler.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import topics
from topics.models import find
from topics.scale.run import classify_shards

WORKERS = (1, 2, 4)
RUNS = 3


def make_shards(corpus: str, folder: Path, shards: int, repeat: int) -> int:
    """Deal the briefings of a corpus out to shards; return how many paragraphs there are."""
    folder.mkdir()
    paragraphs = 0
    with contextlib.ExitStack() as stack:
        files = [
            stack.enter_context((folder / f"{n:03d}.jsonl").open("w", encoding="utf-8"))
            for n in range(shards)
        ]
        for turn in range(repeat):
            for briefing, file in zip(topics.read_corpus(corpus), itertools.cycle(files), strict=False):
                record = {"id": f"{briefing.id}-{turn}", "date": briefing.date, "paragraphs": briefing.texts}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                paragraphs += len(briefing.texts)
    return paragraphs


@contextlib.contextmanager
def machines(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and workers on loopback; yield the address; end them."""
    found = folder / f"scheduler-{workers}.json"
    started = []

    def start(module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", module, "--host", "127.0.0.1", "--no-dashboard", *arguments]
        started.append(
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    try:
        start("distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(found))
        while not found.exists() or not found.read_text().endswith("}"):
            time.sleep(0.05)
        address: str = json.loads(found.read_text())["address"]
        for _ in range(workers):
            start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def measure(shards: Path, warm_up: Path, out: Path, scheduler: str | None) -> list[float]:
    """Return the seconds that each run takes."""

    def run(source: Path) -> float:
        shutil.rmtree(out, ignore_errors=True)
        began = time.perf_counter()
        summary = classify_shards(
            [str(source)], str(out), find("starter"), scheduler=scheduler, on_error=sys.exit
        )
        assert summary.complete
        return time.perf_counter() - began

    run(warm_up)
    return [run(shards) for _ in range(RUNS)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=1, help="How often the corpus is written out.")
    parser.add_argument("-o", "--output", type=Path, default=Path("scale.json"))
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="topics-scale-") as name:
        folder = Path(name)
        paragraphs = make_shards(given.corpus, folder / "shards", given.shards, given.repeat)
        (folder / "warm-up").mkdir()
        with (folder / "shards" / "000.jsonl").open(encoding="utf-8") as lines:
            some = list(itertools.islice(lines, 20))
        for n in range(2 * max(WORKERS)):
            (folder / "warm-up" / f"{n}.jsonl").write_text("".join(some), encoding="utf-8")
        print(f"{paragraphs:,} paragraphs in {given.shards} shards; {os.cpu_count()} cores\n")
        print("| workers | paragraphs a second | of one worker |\n|---|---|---|")
        for workers in (0, *WORKERS):
            with machines(workers, folder) if workers else contextlib.nullcontext() as address:
                seconds = measure(folder / "shards", folder / "warm-up", folder / "out", address)
            rate = paragraphs / statistics.median(seconds)
            results.append({"workers": workers, "seconds": seconds, "paragraphs_per_second": rate})
            ratio = f"{rate / results[1]['paragraphs_per_second']:.2f}" if workers else "-"
            print(f"| {workers or 'none'} | {rate:,.0f} | {ratio} |", flush=True)
    record = {
        "corpus": Path(given.corpus).name, "paragraphs": paragraphs, "shards": given.shards, "cores": os.cpu_count(),
        "topics": topics.__version__, "runs": results,
    }  # fmt: skip
    given.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
