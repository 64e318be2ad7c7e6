"""Shards of invented text, a scheduler and workers on this machine."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..conftest import ROOT

SENTENCES = [
    "The president of Syria met the delegation in Damascus",
    "Inspectors returned to the enrichment plant at Natanz in Iran",
    "Both sides will send their negotiators to the next round of talks on Ukraine",
    "The New START treaty limits the number of deployed warheads",
    "Maybe two days if necessary, he said",
    "The minister will attend the opening of the bridge",
]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def record(shard: int, number: int, paragraphs: int = 12) -> dict:
    text = [
        f"{SENTENCES[(7 * shard + 3 * number + i) % len(SENTENCES)]}, item {i} of {number}."
        for i in range(paragraphs)
    ]
    return {"id": f"s{shard}-{number}", "date": "2026-01-29", "text": "\n\n".join(text)}


def write_shard(path: Path, shard: int, briefings: int) -> Path:
    lines = "".join(json.dumps(record(shard, number)) + "\n" for number in range(briefings))
    path.parent.mkdir(parents=True, exist_ok=True)
    data = lines.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def shards(tmp_path):
    """A folder of three small shards."""
    for number in range(3):
        write_shard(tmp_path / "shards" / f"day-{number}.jsonl", number, 5)
    return tmp_path / "shards"


def topics(*arguments, timeout=120, **options) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "topics", *map(str, arguments)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=timeout,
        **options,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@dataclass
class Machines:
    """A scheduler and its workers, each a process."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


@contextlib.contextmanager
def machines(folder: Path, workers: int, environment: dict[str, str] | None = None):
    """Start them on loopback; they end with the block."""
    found = folder / "scheduler.json"
    started: list[subprocess.Popen] = []

    def start(module: str, *arguments: str, environment: dict[str, str] = ENVIRONMENT) -> subprocess.Popen:
        log = (folder / f"{len(started)}.log").open("wb")
        command = [sys.executable, "-m", module, "--host", "127.0.0.1", *arguments]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        log.close()
        started.append(process)
        return process

    try:
        scheduler = start(
            "distributed.cli.dask_scheduler",
            "--port", "0", "--no-dashboard", "--idle-timeout", "300", "--scheduler-file", str(found),
        )  # fmt: skip
        wait_for(lambda: found.exists() and found.read_text().endswith("}"))
        address = json.loads(found.read_text())["address"]
        assert address.startswith("tcp://127.0.0.1:")
        # Without a nanny: the process is the worker.
        options = [
            "--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "30", "--local-directory", str(folder),
        ]  # fmt: skip
        running = [
            start("distributed.cli.dask_worker", address, *options, environment=environment or ENVIRONMENT)
            for _ in range(workers)
        ]
        yield Machines(address, scheduler, running)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def wait_for(condition, seconds: float = 30):
    """Wait until something is so, and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)
    return found
