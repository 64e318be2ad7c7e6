"""A file that can be gone on with, whatever the moment at which a run was killed."""

from __future__ import annotations

import functools
import json
import os

import pytest

from topics import OutputError
from topics.storage import resumable
from topics.storage.resumable import ResumeError, resumable_file

LINES = [f"line {number}\n".encode() * (number + 1) for number in range(6)]
RUN = {"model": "sha256:a", "inputs": [{"path": "in.jsonl", "bytes": 7}]}


@pytest.fixture(autouse=True)
def record_after_each_write(monkeypatch):
    monkeypatch.setattr(resumable, "INTERVAL", 0)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.jsonl"


def write_all(out, resume=True, run=RUN, lines=LINES):
    with resumable_file(out, run, resume=resume) as file:
        if not file.progress.finished:
            for line in lines[file.progress.records :]:
                file.add(line, records=1, briefings=1)
    return file


def write_some(out, n, error=RuntimeError, resume=False):
    with pytest.raises(error), resumable_file(out, RUN, resume=resume) as file:
        for line in LINES[file.progress.records :][:n]:
            file.add(line, records=1, briefings=1)
        raise error
    return file


def files(out):
    return {path.name: path.read_bytes() for path in out.parent.iterdir()}


def test_a_whole_run_leaves_the_file_alone(out):
    write_all(out)
    assert files(out) == {"out.jsonl": b"".join(LINES)}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_run_is_gone_on_with(out, error):
    out.write_text("older")
    assert write_some(out, 2, error).kept
    assert out.read_text() == "older"
    assert (out.parent / "out.jsonl.part").read_bytes() == b"".join(LINES[:2])
    assert write_some(out, 1, error, resume=True).progress.records == 3
    file = write_all(out)
    assert (file.progress.records, file.progress.briefings) == (6, 6)
    assert files(out) == {"out.jsonl": b"".join(LINES)}


def test_a_run_without_a_briefing_leaves_nothing(out):
    with pytest.raises(RuntimeError), resumable_file(out, RUN, resume=False) as file:
        file.add(b"header\n")
        file.add(b"", records=3, failures=3)
        raise RuntimeError
    assert not file.kept and files(out) == {}


def test_what_the_part_holds_beyond_the_record_is_done_again(out):
    write_some(out, 2)
    with (out.parent / "out.jsonl.part").open("ab") as part:
        part.write(b"half a li")
    write_all(out)
    assert out.read_bytes() == b"".join(LINES)


def test_a_new_run_replaces_an_older_part(out):
    write_some(out, 3)
    assert write_all(out, resume=False).progress.records == 6
    assert files(out) == {"out.jsonl": b"".join(LINES)}


def test_a_part_without_a_record_is_begun_anew(out):
    (out.parent / "out.jsonl.part").write_bytes(b"whatever")
    write_all(out)
    assert files(out) == {"out.jsonl": b"".join(LINES)}


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        ({**RUN, "model": "sha256:b"}, "is of another run, model was: sha256:a, is now: sha256:b; "),
        ({**RUN, "inputs": [{"path": "in.jsonl", "bytes": 8}]}, "in.jsonl was changed since"),
        ({**RUN, "inputs": [{"path": "x", "bytes": 7}]}, "inputs was: in.jsonl, is now: x"),
    ],
)
def test_another_run_is_not_gone_on_with(out, run, problem):
    write_some(out, 2)
    before = files(out)
    with pytest.raises(ResumeError, match=problem) as error:
        write_all(out, run=run)
    assert "leave out --resume" in str(error.value) and "\n" not in str(error.value)
    assert files(out) == before


def test_a_part_that_is_missing_or_too_short_is_told(out):
    write_some(out, 2)
    part = out.parent / "out.jsonl.part"
    part.write_bytes(b"x")
    with pytest.raises(ResumeError, match="has 1 bytes; expected 21"):
        write_all(out)
    part.unlink()
    with pytest.raises(ResumeError, match=r"part: is missing"):
        write_all(out)
    assert list(files(out)) == ["out.jsonl.part.json"]


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"progress": {"x": 1}, "run": {}}'])
def test_a_record_that_says_nothing_is_told(out, record):
    write_some(out, 2)
    (out.parent / "out.jsonl.part.json").write_text(record)
    before = files(out)
    with pytest.raises(ResumeError, match="does not say how far a run was"):
        write_all(out)
    assert files(out) == before


def test_two_runs_do_not_write_one_file(out):
    with resumable_file(out, RUN, resume=False) as file:
        file.add(LINES[0], 1, 1)
        for resume in (False, True):
            with pytest.raises(OutputError, match="another run is writing it"):
                write_all(out, resume=resume)
        file.add(LINES[1], 1, 1)
    assert out.read_bytes() == LINES[0] + LINES[1]


def test_a_full_disk_keeps_what_is_whole(out, monkeypatch):
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 9:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"out\.jsonl: cannot be written \(No space left"):
        write_all(out, resume=False)
    monkeypatch.undo()
    assert json.loads((out.parent / "out.jsonl.part.json").read_bytes())["progress"]["records"] > 2
    write_all(out)
    assert files(out) == {"out.jsonl": b"".join(LINES)}


def test_the_rights_of_the_file_and_a_link_to_it_are_kept(out):
    (out.parent / "target").write_bytes(b"older")
    (out.parent / "target").chmod(0o640)
    out.symlink_to("target")
    write_some(out, 2)
    assert (out.parent / "target.part").stat().st_mode & 0o777 == 0o640
    write_all(out)
    assert out.is_symlink() and (out.parent / "target").stat().st_mode & 0o777 == 0o640
    assert sorted(files(out)) == ["out.jsonl", "target"]


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(OutputError, match="is a folder"):
        write_all(tmp_path)


def killed_at(step, act):
    """Run in a child that ends, as if killed, at the step-th call by which files change; tell whether it got there."""
    child = os.fork()
    if not child:
        left = step

        def one_step():
            nonlocal left
            if left == 0:
                os._exit(9)
            left -= 1

        def wrap(function):
            @functools.wraps(function)
            def stepped(*arguments, **options):
                one_step()
                result = function(*arguments, **options)
                one_step()
                return result

            return stepped

        class Halving:
            """A file that takes half of what it is given, so that a kill can fall in the middle."""

            def __init__(self, file):
                self._file = file

            def write(self, data):
                one_step()
                return self._file.write(data[: max(1, len(data) // 2)])

            def __getattr__(self, name):
                return getattr(self._file, name)

        for name in ("fsync", "replace", "unlink", "chmod", "open"):
            setattr(os, name, wrap(getattr(os, name)))
        opened = resumable._open_alone
        resumable._open_alone = lambda target: Halving(opened(target))
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("resumed", [False, True], ids=["first run", "second run"])
def test_a_kill_at_any_moment_leaves_what_gives_the_right_bytes(tmp_path, resumed):
    """Every window between two changes on the disk, one after the other."""
    step, met = 0, set()
    while True:
        out = tmp_path / str(step) / "out.jsonl"
        out.parent.mkdir()
        out.write_bytes(b"older")
        if resumed:
            write_some(out, 2)
        if not killed_at(step, lambda out=out: write_all(out, resume=resumed)):
            break
        assert out.read_bytes() in (b"older", b"".join(LINES))
        met.add(tuple(sorted(files(out))))
        write_all(out)
        assert files(out) == {"out.jsonl": b"".join(LINES)}
        step += 1
    assert step > 40
    # Renamed, but the record is left: seen, and gone on from.
    assert ("out.jsonl", "out.jsonl.part.json") in met
