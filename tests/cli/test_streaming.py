"""`topics classify` on long inputs: processes, signals, kills, and going on after them. Real processes."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEXT = (
    "The President of Syria met the delegation in Damascus.\n\nOn Iran, he said enrichment goes on, item {}."
)
# Many small chunks and records, so that a short run has many moments to be killed at.
PROGRAM = (
    "import topics.corpus.streams as s, topics.storage.resumable as r; s.CHUNK_SIZE = 1 << 14; r.INTERVAL = 0.05; "
    "from topics.cli.app import main; main()"
)
N_LINES = 5000
BROKEN = (5, 2999, 3000, 4998)


@pytest.fixture(scope="module")
def corpus_file(tmp_path_factory):
    """A few thousand short lines, four of them broken, some empty."""
    path = tmp_path_factory.mktemp("long") / "long.jsonl"
    lines = [
        json.dumps({"id": n, "text": TEXT.format(n) * (1 + n % 3), "split": "odd" if n % 2 else "even"})
        for n in range(N_LINES)
    ]
    for n in BROKEN:
        lines[n] = '{"id": "broken'
    for n in range(100, N_LINES, 1000):
        lines[n] = ""
    path.write_text("\n".join(lines) + "\n")
    return path


def start(*arguments, program=PROGRAM):
    return subprocess.Popen(
        [sys.executable, "-c", program, "classify", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that its group has its processes alone
        # A shell that runs the tests in the background has its children ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def expected(corpus_file):
    """Output and messages of a run in one process that nothing disturbs, by format."""
    found = {}

    def of(format):
        if format not in found:
            path = corpus_file.parent / f"expected.{format}"
            code, out, err = finish(start(corpus_file, "-f", format, "-o", path))
            assert (code, out) == (1, "")
            found[format] = path.read_bytes(), err
        return found[format]

    return of


def records(out: Path) -> int:
    """How many records of the input are recorded as done."""
    try:
        return json.loads(Path(f"{out}.part.json").read_bytes())["progress"]["records"]
    except FileNotFoundError:
        return 0


def wait_until_it_goes_on(process, out, beyond):
    deadline = time.monotonic() + 60
    while records(out) <= beyond and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(group: int) -> bool:
    """Wait until no process of a group is left; one that is dead and only not asked for its end yet is none."""
    for _ in range(500):
        alive = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _, its_group = status.read_text().rpartition(")")[2].split()[:3]
                alive += int(its_group) == group and state != "Z"
        if not alive:
            return True
        time.sleep(0.02)
    return False


def workers_of(process) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("format", ["jsonl", "csv", "ninjs"])
def test_two_processes_write_the_same_bytes_and_messages(corpus_file, expected, tmp_path, format):
    out = tmp_path / "out"
    code, _, err = finish(start(corpus_file, "-f", format, "-o", out, "--jobs", 2))
    assert code == 1 and (out.read_bytes(), err) == expected(format)
    assert [
        f"long.jsonl:{n + 1}: is not valid JSON" in line
        for n, line in zip(BROKEN, err.splitlines(), strict=True)
    ]
    assert names(tmp_path) == ["out"]


def test_folders_documents_and_tables_are_the_same_for_any_number_of_processes(run, tmp_path):
    pytest.importorskip("docx")
    inputs = tmp_path / "in"
    (inputs / "sub").mkdir(parents=True)
    (inputs / "a.txt").write_text(TEXT)
    (inputs / "b.jsonl").write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(90)))
    (inputs / "c.csv").write_text(
        "id,text\n" + "".join(f"c{n},Syria and Iran.\n" for n in range(200)) + "x,\n"
    )
    (inputs / "d.jsonl").write_bytes("{}\n".encode("utf-16"))
    (inputs / "empty.txt").write_text("")
    (inputs / "sub" / "e.html").write_text(
        "<html><body><p>The bases in Syria were discussed.</p></body></html>"
    )
    alone = run("classify", inputs, tmp_path / "none.txt", "-f", "jsonl")
    assert alone == run("classify", inputs, tmp_path / "none.txt", "-f", "jsonl", "--jobs", "2")
    assert len(alone[1].splitlines()) == 292 and len(alone[2].splitlines()) == 4


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_run_that_is_killed_again_and_again_ends_with_the_same_bytes(
    corpus_file, expected, tmp_path, jobs, format
):
    out = tmp_path / "out"
    out.write_text("older")
    moments = random.Random(jobs)
    arguments = (corpus_file, "-f", format, "-o", out, "--jobs", jobs, "--resume")
    for _ in range(3):
        before = records(out)
        process = start(*arguments)
        wait_until_it_goes_on(process, out, before)
        time.sleep(moments.uniform(0, 0.2))
        assert process.poll() is None, "the run ended before it was killed"
        process.kill()
        _, _, err = finish(process)
        assert "Traceback" not in err
        assert ended(process.pid), "a process outlived the one that started it"
        assert out.read_text() == "older" and records(out) > before
    code, _, err = finish(start(*arguments))
    assert code == 1 and "Traceback" not in err
    assert out.read_bytes() == expected(format)[0]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("stop", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_stopped_says_how_it_goes_on(corpus_file, expected, tmp_path, stop, code, word, jobs):
    out = tmp_path / "out.jsonl"
    arguments = (corpus_file, "-o", out, "--jobs", jobs)
    process = start(*arguments)
    wait_until_it_goes_on(process, out, 0)
    os.killpg(process.pid, stop)  # as a terminal does: to the main process and its workers
    found, _, err = finish(process)
    assert found == code and ended(process.pid)
    told, last = err.splitlines()  # the first broken line, and this
    n = json.loads((tmp_path / "out.jsonl.part.json").read_bytes())["progress"]["briefings"]
    assert last == f"{word}; {n:,} briefings are done; the same command with --resume goes on."
    assert names(tmp_path) == ["out.jsonl.part", "out.jsonl.part.json"]
    found, _, err = finish(start(*arguments, "--resume"))
    assert found == 1 and out.read_bytes() == expected("jsonl")[0]
    assert [told, *err.splitlines()] == expected("jsonl")[1].splitlines()


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_stopped_run_of_another_kind_leaves_nothing(corpus_file, tmp_path, stop, code, jobs):
    for arguments in (["-o", tmp_path / "out.json"], ["-o", tmp_path / "out.parquet"]):
        process = start(corpus_file, "--jobs", jobs, *arguments)
        while not names(tmp_path):  # the file it will become
            time.sleep(0.01)
        time.sleep(0.5)
        os.killpg(process.pid, stop)
        found, _, err = finish(process)
        assert found == code and ended(process.pid)
        assert err.splitlines()[-1].endswith("; nothing was left half-written.") and "Traceback" not in err
        assert names(tmp_path) == []


def test_a_worker_that_is_killed_is_told_and_the_rest_is_kept(corpus_file, expected, tmp_path):
    out = tmp_path / "out.jsonl"
    process = start(corpus_file, "-o", out, "--jobs", 2)
    wait_until_it_goes_on(process, out, 0)
    os.kill(workers_of(process)[0], signal.SIGKILL)
    code, _, err = finish(process)
    assert code == 1 and ended(process.pid)
    *_, problem, last = err.splitlines()
    assert problem.startswith("process ") and "was killed (signal 9)" in problem
    assert last.endswith("briefings are done; the same command with --resume goes on.")
    assert "Traceback" not in err
    finish(start(corpus_file, "-o", out, "--resume"))
    assert out.read_bytes() == expected("jsonl")[0]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_ctrl_c_while_a_slow_reader_is_waited_for_ends_all_processes(corpus_file, format):
    process = start(corpus_file, "-f", format, "--jobs", 2)
    process.stdout.read(1)
    time.sleep(1)  # the pipe is full, and nobody reads
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = finish(process)
    assert code == 130 and err.splitlines()[-1] == "interrupted; nothing was left half-written."
    assert ended(process.pid)


def test_a_reader_that_goes_away_ends_all_processes(corpus_file):
    process = start(corpus_file, "-f", "jsonl", "--jobs", 2)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read().count("\n") <= 1  # the broken line that came before
    process.wait(timeout=60)
    process.stderr.close()
    assert ended(process.pid)


def test_a_run_is_gone_on_with_on_another_number_of_processes_and_counts_its_failures(run, tmp_path):
    stream, out = tmp_path / "s.jsonl", tmp_path / "out.jsonl"
    good = [json.dumps({"id": n, "text": TEXT}) for n in range(9000)]
    stream.write_text("\n".join(["{broken", *good]))
    process = start(stream, "-o", out)
    wait_until_it_goes_on(process, out, 0)
    process.kill()
    finish(process)
    code, _, err = run("classify", stream, "-o", out, "--resume", "-j", "2")
    assert (code, err) == (1, "")  # the broken line was told before, and still counts
    assert [json.loads(line)["id"] for line in out.open()] == [str(n) for n in range(9000)]


def test_a_kill_between_the_name_and_the_end_of_the_record_is_mended(corpus_file, expected, tmp_path):
    out = tmp_path / "out.jsonl"
    synced = "import os, topics.storage.resumable as r; calls = []; whole = r.sync\n"
    synced += "r.sync = lambda path: calls and os._exit(9) or calls.append(path) or whole(path)\n"
    code, _, _ = finish(start(corpus_file, "-o", out, program=synced + PROGRAM))
    assert code == 9 and names(tmp_path) == ["out.jsonl", "out.jsonl.part.json"]
    changed = out.stat().st_mtime_ns
    code, _, err = finish(start(corpus_file, "-o", out, "--resume"))
    assert (code, err) == (1, "")  # the broken lines count still
    assert out.read_bytes() == expected("jsonl")[0] and out.stat().st_mtime_ns == changed
    assert names(tmp_path) == ["out.jsonl"]


# What --resume refuses


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """A part of one chunk and its record, as a kill leaves them."""
    stream, out = tmp_path / "s.jsonl", tmp_path / "out.jsonl"
    stream.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(9000)))
    process = start(stream, "-o", out)
    wait_until_it_goes_on(process, out, 0)
    process.kill()
    finish(process)
    return stream, out


def test_a_run_that_differs_is_not_gone_on_with(run, interrupted, tmp_path, model):
    stream, out = interrupted
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for options, problem in [
        (["--context", "none"], "context was: full, is now: none"),
        (["--split", "test"], "split was: none, is now: test"),
        (["--format", "ninjs"], "format was: jsonl, is now: ninjs"),
        ([stream], f"inputs was: {stream}, is now: {stream}, {stream}"),
    ]:
        code, _, err = run("classify", stream, "-o", out, "--resume", *options)
        assert code == 2 and err.count("\n") == 1 and problem in err, err
        assert "leave out --resume to start afresh" in err
    model.save(tmp_path / "m")
    code, _, err = run("classify", stream, "-o", out, "--resume", "-m", tmp_path / "m")
    assert code == 2 and "model was: sha256:" in err
    os.utime(stream, ns=(1, 1))
    code, _, err = run("classify", stream, "-o", out, "--resume")
    assert code == 2 and f"{stream} was changed since" in err
    assert {path: path.read_bytes() for path in before} == before


def test_a_run_without_resume_starts_afresh(run, interrupted, tmp_path):
    stream, out = interrupted
    stream.write_text(json.dumps({"id": "only", "text": TEXT}))
    assert run("classify", stream, "-o", out)[0] == 0
    assert json.loads(out.read_bytes())["id"] == "only" and names(tmp_path) == ["out.jsonl", "s.jsonl"]


def test_resume_without_anything_to_resume_begins_at_the_beginning(run, tmp_path):
    (tmp_path / "s.jsonl").write_text(json.dumps({"id": "only", "text": TEXT}))
    assert run("classify", tmp_path / "s.jsonl", "-o", tmp_path / "out.csv", "--resume") == (0, "", "")
    assert (tmp_path / "out.csv").read_text().startswith("briefing,date,")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["{s}", "--resume", "-f", "jsonl"], "--resume needs a file to go on with"),
        (["{s}", "--resume", "-f", "jsonl", "-o", "-"], "--resume needs a file to go on with"),
        (["{s}", "--resume", "-f", "jsonl", "-o", "/dev/null"], "--resume needs a file to go on with"),
        (["-", "--resume", "-o", "{o}.jsonl"], "--resume cannot read standard input a second time"),
        (["{s}", "--resume", "-o", "{o}.parquet"], "--resume goes with jsonl, ninjs, csv"),
        (["{s}", "--resume", "-o", "{o}.html"], "--resume goes with jsonl, ninjs, csv"),
        (["{s}", "-f", "parquet"], "parquet is not for standard output"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(run, tmp_path, arguments, problem):
    (tmp_path / "s.jsonl").write_text(json.dumps({"id": "only", "text": TEXT}))
    places = {"s": tmp_path / "s.jsonl", "o": tmp_path / "o"}
    code, out, err = run("classify", *(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "") and err.count("\n") == 1 and problem in err
    assert names(tmp_path) == ["s.jsonl"]


# Parquet


@pytest.mark.parametrize("jobs", [1, 2])
def test_parquet_has_the_rows_of_the_csv(corpus_file, expected, tmp_path, jobs):
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "out.parquet"
    code, _, err = finish(start(corpus_file, "-o", out, "--jobs", jobs))
    assert code == 1 and err == expected("csv")[1]
    rows = parquet.read_table(out).to_pylist()
    found = [
        {
            name: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in row.items()
        }
        for row in rows
    ]
    assert found == list(csv.DictReader(io.StringIO(expected("csv")[0].decode())))


def test_parquet_is_a_corpus_again(run, tmp_path):
    pytest.importorskip("pyarrow")
    records = [
        {"id": n, "paragraphs": [{"text": text, "label": "x"} for text in TEXT.split("\n\n")]}
        for n in range(9)
    ]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    assert run("classify", tmp_path / "s.jsonl", "-f", "parquet", "-o", tmp_path / "out.parquet") == (
        0,
        "",
        "",
    )
    code, text, _ = run("corpus", "stats", tmp_path / "out.parquet")
    assert code == 0 and "9 briefings" in text and "18 paragraphs" in text
    before, after = (
        json.loads(run("corpus", "stats", tmp_path / name, "-f", "json")[1])
        for name in ("s.jsonl", "out.parquet")
    )
    assert after["topics"] == before["topics"]


def test_a_split_that_no_briefing_has_is_told_for_any_number_of_processes(run, corpus_file, tmp_path):
    for jobs in (1, 2):
        code, _, err = run("classify", corpus_file, "--split", "dev", "-o", tmp_path / "o.csv", "-j", jobs)
        assert code == 1 and "no briefing has the split dev; there is: even, odd." in err.splitlines()[-1]
        assert names(tmp_path) == []
