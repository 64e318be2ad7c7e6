"""A scheduler and workers as processes on loopback: what workers do, and what happens when they do not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..cli.test_cluster import write
from ..cli.test_commands import one_line
from ..clustering.corpora import corpus
from ..conftest import ROOT, SENTENCES
from .conftest import ENVIRONMENT, contents, machines, topics, wait_for, write_shard

pytest.importorskip("distributed", reason="needs the extra 'scale'")


def is_writing(worker: subprocess.Popen, folder: Path) -> bool:
    """Tell whether a process has a part open that has not taken its name yet."""
    for link in Path(f"/proc/{worker.pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith(f"{folder}/.part-") and target.endswith(".part") and ".jsonl." in target:
            return True
    return False


def kill_in_the_middle(workers: list[subprocess.Popen], folder: Path) -> bool:
    """Kill a worker that is found in the middle of a shard; it is halted first, so that it stays there."""
    for worker in workers:
        if is_writing(worker, folder):
            worker.send_signal(signal.SIGSTOP)
            if is_writing(worker, folder):
                worker.kill()
                worker.wait()
                return True
            worker.send_signal(signal.SIGCONT)
    return False


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="looks at /proc to see who is in the middle of a shard"
)
def test_a_worker_that_dies_in_the_middle_leaves_no_trace_in_the_result(run, tmp_path):
    shards, out = tmp_path / "shards", tmp_path / "out"
    for number in range(8):
        write_shard(shards / f"day-{number}.jsonl", number, 400)
    with machines(tmp_path, workers=3) as running:
        command = [sys.executable, "-m", "topics", "classify", f"file://{shards}/*.jsonl"]
        client = subprocess.Popen(
            [*command, "-o", str(out), "--scheduler", running.address],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            wait_for(lambda: kill_in_the_middle(running.workers, out))
            printed, told = client.communicate(timeout=120)
        finally:
            client.kill()
            client.wait()
    assert client.returncode == 0 and printed == "", told
    assert one_line(told) and "8 shards, 3,200 briefings, 38,400 paragraphs" in told
    assert [worker.returncode for worker in running.workers].count(-signal.SIGKILL) == 3
    assert run("classify", shards, "-o", f"{tmp_path}/alone/")[0] == 0
    assert sorted(contents(out)) == ["_SUCCESS", "manifest.json", *(f"part-{n:05d}.jsonl" for n in range(8))]
    assert contents(out) == contents(tmp_path / "alone")


def test_workers_tell_of_broken_records_and_unreadable_shards(shards, tmp_path):
    (shards / "day-1.jsonl").write_text("{oops\n" + (shards / "day-1.jsonl").read_text())
    (shards / "day-2.jsonl.gz").write_bytes(b"no gzip")
    with machines(tmp_path, workers=1) as running:
        result = topics("classify", shards, "-o", tmp_path / "out", "--scheduler", running.address)
    lines = sorted(result.stderr.splitlines()[:-1])
    assert result.returncode == 1 and len(lines) == 2 and "Traceback" not in result.stderr
    assert lines[0].startswith(f"{shards}/day-1.jsonl:1: ") and lines[1].startswith(
        f"{shards}/day-2.jsonl.gz: "
    )
    parts = json.loads((tmp_path / "out" / "manifest.json").read_text())["parts"]
    assert [(part["briefings"], part["failures"]) for part in parts] == [(5, 0), (5, 1), (5, 0), (0, 1)]
    assert not (tmp_path / "out" / "_SUCCESS").exists()


def test_a_run_whose_scheduler_goes_is_told_in_one_line_and_goes_on_elsewhere(run, tmp_path):
    shards, out = tmp_path / "shards", tmp_path / "out"
    for number in range(6):
        write_shard(shards / f"day-{number}.jsonl", number, 300)
    with machines(tmp_path, workers=1) as running:
        command = [sys.executable, "-m", "topics", "classify", str(shards), "-o", str(out)]
        client = subprocess.Popen(
            [*command, "--scheduler", running.address], env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
        )
        try:
            wait_for(lambda: (out / "part-00000.jsonl").exists())
            running.scheduler.kill()
            _, told = client.communicate(timeout=60)
        finally:
            client.kill()
            client.wait()
    assert client.returncode == 1 and one_line(told) and "was lost in the middle" in told
    assert not (out / "_SUCCESS").exists()
    code, _, err = run("classify", shards, "-o", f"{out}/")
    assert code == 0 and "done before" in err
    assert run("classify", shards, "-o", f"{tmp_path}/alone/")[0] == 0
    assert contents(out) == contents(tmp_path / "alone")


def test_a_scheduler_of_its_own_gives_the_same_parts(run, shards, tmp_path):
    result = topics("classify", shards, "-o", tmp_path / "out", "--scheduler", "local")
    assert result.returncode == 0 and one_line(result.stderr), result.stderr
    run("classify", shards, "-o", f"{tmp_path}/alone/")
    assert contents(tmp_path / "out") == contents(tmp_path / "alone")


def test_an_interrupted_run_says_so_in_one_line_and_leaves_nothing_running(tmp_path):
    shards, out = tmp_path / "shards", tmp_path / "out"
    for number in range(8):
        write_shard(shards / f"day-{number}.jsonl", number, 300)
    client = subprocess.Popen(
        [sys.executable, "-m", "topics", "classify", str(shards), "-o", str(out), "--scheduler", "local"],
        env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: (out / "part-00000.jsonl").exists())
        os.killpg(client.pid, signal.SIGINT)  # as a terminal does: workers get it too
        _, told = client.communicate(timeout=60)
    finally:
        client.kill()
        client.wait()
    assert client.returncode == 130 and told == "interrupted; nothing was left half-written.\n"
    wait_for(lambda: not group_exists(client.pid))


def group_exists(leader: int) -> bool:
    """Tell whether a process is left of a group."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_clusters_are_the_same_with_workers(tmp_path):
    file = write(tmp_path / "corpus.jsonl", corpus(10))
    alone = topics("cluster", file, "--k", 4, "-o", tmp_path / "alone")
    shared = topics("cluster", file, "--k", 4, "-o", tmp_path / "shared", "--scheduler", "local")
    assert alone.returncode == shared.returncode == 0, shared.stderr
    assert shared.stdout == alone.stdout
    assert contents(tmp_path / "shared") == contents(tmp_path / "alone")


def test_a_model_is_the_same_with_workers(tmp_path):
    corpus_file = tmp_path / "labelled.jsonl"
    record = {label: [{"text": text, "label": label} for text in texts] for label, texts in SENTENCES.items()}
    corpus_file.write_text(
        "".join(
            json.dumps({"id": f"b{n}", "paragraphs": [rows[n % len(rows)] for rows in record.values()]})
            + "\n"
            for n in range(8)
        )
    )
    alone = topics("train", corpus_file, "-o", tmp_path / "alone" / "m")
    shared = topics("train", corpus_file, "-o", tmp_path / "shared" / "m", "--scheduler", "local")
    assert alone.returncode == shared.returncode == 0, shared.stderr
    assert contents(tmp_path / "shared" / "m") == contents(tmp_path / "alone" / "m")


WORK = """
import os, sys, joblib
from topics.errors import SchedulerError
from topics.scale.machines import on_cluster

def run(address, function, *arguments):
    with on_cluster(address):
        return joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(function)(a) for a in arguments)
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", WORK + code, *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)


def test_what_is_done_in_parallel_goes_to_workers_and_its_errors_come_back(tmp_path):
    with machines(tmp_path, workers=1, environment={**ENVIRONMENT, "WHERE": "worker"}) as running:
        result = python("print(*run(sys.argv[1], os.getenv, 'WHERE', 'NOWHERE'))", running.address)
        assert result.stdout == "worker None\n", result.stderr
        result = python("run(sys.argv[1], int, 'x')", running.address)
        assert "ValueError: invalid literal for int()" in result.stderr


def test_work_that_kills_its_workers_ends_with_an_error(tmp_path):
    with machines(tmp_path, workers=4) as running:
        code = "try: run(sys.argv[1], os._exit, 3)\nexcept SchedulerError as error: print(error)"
        result = python(code, running.address)
    assert one_line(result.stdout) and "killed each worker that tried it" in result.stdout, result.stderr


@pytest.mark.parametrize("command", ["classify", "cluster", "train"])
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_does_not_answer_is_told_in_one_line(run, shards, tmp_path, command, address):
    began = time.monotonic()
    code, out, err = run(command, shards, "-o", tmp_path / "out", "--scheduler", address)
    assert code == 1 and out == "" and one_line(err)
    assert err.startswith(f"--scheduler {address}: no scheduler answers there")
    assert time.monotonic() - began < 20


def test_workers_without_topics_or_with_another_version_are_told_in_one_line(shards, tmp_path):
    for version in ("9.9", None):
        folder = tmp_path / f"site-{version}"
        (folder / "topics").mkdir(parents=True)
        # Stands before the version at work here.
        text = "raise ImportError('there is none')" if version is None else f"__version__ = {version!r}"
        (folder / "topics" / "__init__.py").write_text(text)
        with machines(
            folder, workers=1, environment={**ENVIRONMENT, "PYTHONPATH": f"{folder}:{ROOT}"}
        ) as running:
            result = topics("classify", shards, "-o", tmp_path / "out", "--scheduler", running.address)
        assert result.returncode == 1 and one_line(result.stderr), result.stderr
        assert ("version 9.9 of topics" if version else "no topics") in result.stderr


def test_without_the_extra_the_line_that_installs_it_is_told(shards, tmp_path):
    hidden = "import sys; sys.modules['distributed'] = None; from topics.cli.app import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", hidden, "classify", str(shards), "-o", str(tmp_path / "out"), "--scheduler", "local"],
        env=ENVIRONMENT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert result.returncode == 1 and one_line(result.stderr)
    assert "needs the extra 'scale'" in result.stderr and "pip install 'distributed" in result.stderr


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="looks at /proc to see who is in the middle of a shard"
)
def test_a_shard_that_workers_die_of_is_told_as_failed(tmp_path):
    shard, out = write_shard(tmp_path / "shards" / "large.jsonl", 0, 1500), tmp_path / "out"
    with machines(tmp_path, workers=5) as running:
        client = subprocess.Popen(
            [sys.executable, "-m", "topics", "classify", str(shard), "-o", str(out), "--scheduler", running.address],
            env=ENVIRONMENT, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            for _ in range(4):
                wait_for(lambda: kill_in_the_middle([w for w in running.workers if w.poll() is None], out))
            _, told = client.communicate(timeout=60)
        finally:
            client.kill()
            client.wait()
    assert client.returncode == 1 and told.startswith(f"{shard}: each worker that did it died"), told
    assert told.count("\n") == 2 and "Not complete" in told
    assert not (out / "_SUCCESS").exists() and not list(out.glob("part-*"))
