"""Shards in, parts out, on one machine: what is in the folder, and when a run goes on."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest

from topics.corpus.readers import read_corpus
from topics.errors import InputError
from topics.scale.shards import find_shards

from ..cli.test_commands import one_line
from .conftest import contents, record, write_shard


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_part_is_what_classifying_its_shard_gives(run, shards, tmp_path):
    code, out, err = run("classify", shards, "-o", f"{tmp_path}/out/")
    assert code == 0 and out == "" and one_line(err) and "3 shards, 15 briefings, 180 paragraphs" in err
    assert names(tmp_path / "out") == [
        "_SUCCESS", "manifest.json", "part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl",
    ]  # fmt: skip
    for number, shard in enumerate(sorted(shards.iterdir())):
        assert run("classify", shard, "-o", tmp_path / "one.jsonl")[0] == 0
        part = tmp_path / "out" / f"part-{number:05d}.jsonl"
        assert part.read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_the_manifest_says_what_each_part_is_made_from(run, shards, tmp_path, starter):
    run("classify", shards, "-o", f"{tmp_path}/out/")
    manifest = manifest_of(tmp_path / "out")
    assert manifest["model"] == {"name": "starter", "fingerprint": starter.fingerprint}
    assert manifest["format"] == "jsonl" and manifest["topics"]
    assert [part["shard"] for part in manifest["parts"]] == sorted(map(str, shards.iterdir()))
    for part in manifest["parts"]:
        data = (tmp_path / "out" / part["part"]).read_bytes()
        assert part["bytes"] == len(data) and part["sha256"] == hashlib.sha256(data).hexdigest()
        assert (part["briefings"], part["paragraphs"], part["failures"]) == (5, 60, 0)
    assert (tmp_path / "out" / "_SUCCESS").read_bytes() == b""


def test_parts_are_the_same_on_any_number_of_processes(run, shards, tmp_path):
    run("classify", shards, "-o", f"{tmp_path}/one/")
    run("classify", shards, "-o", f"{tmp_path}/two/", "--jobs", 2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_parts_can_be_tables_and_judged_without_context(run, shards, tmp_path):
    run("classify", shards, "-o", f"{tmp_path}/out/", "-f", "csv", "--context", "none")
    expected = run("classify", shards / "day-0.jsonl", "-f", "csv", "--context", "none")[1]
    found = (tmp_path / "out" / "part-00000.csv").read_text(encoding="utf-8")
    assert found == expected and len(list(csv.reader(io.StringIO(found)))) == 61


def test_parts_can_be_parquet(run, shards, tmp_path):
    arrow = pytest.importorskip("pyarrow.parquet", reason="needs the extra 'parquet'")
    run("classify", shards, "-o", f"{tmp_path}/out/", "-f", "parquet")
    run("classify", shards / "day-0.jsonl", "-o", tmp_path / "alone.parquet")
    assert arrow.read_table(tmp_path / "out" / "part-00000.parquet") == arrow.read_table(
        tmp_path / "alone.parquet"
    )


def test_shards_are_sorted_whatever_way_they_are_named(tmp_path):
    folder = tmp_path / "shards"
    for name in ("b.csv", "a.jsonl.gz", "c/d.tsv", "e.parquet"):
        write_shard(folder / name, 0, 1)
    for name in ("notes.txt", ".hidden.jsonl", "f.parquet.gz"):
        write_shard(folder / name, 0, 1)
    expected = [str(folder / name) for name in ("a.jsonl.gz", "b.csv", "c/d.tsv", "e.parquet")]
    assert [shard.address for shard in find_shards([str(folder)])] == expected
    assert [shard.address for shard in find_shards([f"file://{folder}"])] == expected
    assert [shard.address for shard in find_shards([*reversed(expected), expected[0]])] == expected
    assert [shard.address for shard in find_shards([f"{folder}/*.csv", f"{folder}/a*"])] == expected[:2]
    assert [shard.address for shard in find_shards([f"{folder}/**/*.tsv"])] == expected[2:3]


@pytest.mark.parametrize(
    "place", ["-", "missing.jsonl", "*.jsonl", "notes.txt", "empty", "nowhere://x/y.jsonl"]
)
def test_a_place_without_shards_is_told_in_one_line(run, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("A text.")
    (tmp_path / "empty").mkdir()
    code, out, err = run("classify", place, "-o", "out/")
    assert code == 1 and out == "" and one_line(err)
    assert not (tmp_path / "out").exists()


def test_broken_records_are_told_and_the_rest_is_done(run, shards, tmp_path):
    broken = shards / "day-1.jsonl"
    broken.write_text("{oops\n" + broken.read_text() + '{"id": "x"}\n')
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/")
    lines = err.splitlines()
    assert code == 1 and len(lines) == 3
    assert lines[0].startswith(f"{broken}:1: is not valid JSON") and lines[1].startswith(
        f"{broken}:7: has no 'text'"
    )
    parts = manifest_of(tmp_path / "out")["parts"]
    assert [part["failures"] for part in parts] == [0, 2, 0] and [part["briefings"] for part in parts] == [
        5,
        5,
        5,
    ]
    assert "_SUCCESS" in names(tmp_path / "out")


def test_a_shard_that_cannot_be_read_leaves_the_run_unfinished(run, shards, tmp_path):
    damaged = shards / "day-1.jsonl.gz"
    damaged.write_bytes(b"no gzip")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/")
    assert code == 1 and err.startswith(f"{damaged}: ") and "Not complete" in err and err.count("\n") == 2
    parts = manifest_of(tmp_path / "out")["parts"]
    assert [part["part"] for part in parts] == [
        "part-00000.jsonl",
        "part-00001.jsonl",
        None,
        "part-00003.jsonl",
    ]
    assert parts[2]["failures"] == 1
    assert "_SUCCESS" not in names(tmp_path / "out") and "part-00002.jsonl" not in names(tmp_path / "out")


def test_an_unfinished_run_goes_on_where_it_stopped(run, shards, tmp_path):
    run("classify", shards, "-o", f"{tmp_path}/whole/")
    out = tmp_path / "out"
    damaged = shards / "day-1.jsonl"
    good = damaged.read_bytes()
    damaged.write_bytes(b"\x00" * len(good))
    assert run("classify", shards, "-o", f"{out}/")[0] == 1
    times = {name: (out / name).stat().st_mtime_ns for name in ("part-00000.jsonl", "part-00002.jsonl")}
    damaged.write_bytes(good)
    code, _, err = run("classify", shards, "-o", f"{out}/")
    assert code == 0 and "3 shards (2 done before)" in err
    assert {name: (out / name).stat().st_mtime_ns for name in times} == times
    assert contents(out) == contents(tmp_path / "whole")


def test_a_part_that_was_lost_or_cut_is_made_again(run, shards, tmp_path):
    run("classify", shards, "-o", f"{tmp_path}/out/")
    whole = contents(tmp_path / "out")
    (tmp_path / "out" / "part-00001.jsonl").unlink()
    (tmp_path / "out" / "part-00002.jsonl").write_bytes(b"{")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/")
    assert code == 0 and "(1 done before)" in err and contents(tmp_path / "out") == whole


def test_a_complete_run_is_left_as_it_is(run, shards, tmp_path):
    (shards / "day-0.jsonl").write_text("{oops\n" + (shards / "day-0.jsonl").read_text())
    run("classify", shards, "-o", f"{tmp_path}/out/")
    whole = contents(tmp_path / "out")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/")
    assert code == 1 and "1 failed" in err and "(3 done before)" in err
    assert contents(tmp_path / "out") == whole


@pytest.mark.parametrize("change", ["files", "format", "context", "shards", "changed shard", "damaged"])
def test_a_folder_with_anything_else_is_refused(run, shards, tmp_path, change):
    out = tmp_path / "out"
    arguments = []
    if change == "files":
        out.mkdir()
        (out / "part-00000.jsonl").write_text("mine")
    else:
        run("classify", shards, "-o", f"{out}/")
        if change == "format":
            arguments = ["-f", "csv"]
        elif change == "context":
            arguments = ["--context", "none"]
        elif change == "shards":
            write_shard(shards / "day-3.jsonl", 3, 5)
        elif change == "changed shard":
            write_shard(shards / "day-1.jsonl", 1, 6)
        else:
            (out / "manifest.json").write_text("[]")
    before = contents(out)
    code, _, err = run("classify", shards, "-o", f"{out}/", *arguments)
    assert code == 1 and one_line(err) and "give the name of a new folder" in err
    assert contents(out) == before


def test_another_model_is_refused(run, shards, tmp_path, model, tmp_path_factory):
    run("classify", shards, "-o", f"{tmp_path}/out/")
    model.save(tmp_path / "small")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/", "-m", tmp_path / "small")
    assert code == 1 and one_line(err) and "another model (starter" in err


def test_a_split_may_be_missing_in_a_shard_but_not_in_all(run, shards, tmp_path):
    line = {**record(9, 0), "split": "test"}
    (shards / "day-1.jsonl").write_text(json.dumps(line) + "\n")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/out/", "--split", "test")
    assert code == 0 and "1 briefings" in err
    assert [part["briefings"] for part in manifest_of(tmp_path / "out")["parts"]] == [0, 1, 0]
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/none/", "--split", "tset")
    assert code == 1 and one_line(err) and "no briefing with the split tset" in err
    assert names(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "{out}", "-f", "html"], "cannot be in parts"),
        (["--scheduler", "local"], "needs a folder"),
        (["--scheduler", "local", "-o", "{out}", "--jobs", "2"], "--jobs is for this machine alone"),
        (["-o", "{shards}/out/"], "is among the inputs"),
    ],
)
def test_wrong_usage_is_told_in_one_line(run, shards, tmp_path, arguments, told):
    arguments = [a.format(out=f"{tmp_path}/out/", shards=shards) for a in arguments]
    code, _, err = run("classify", shards, *arguments)
    assert code == 2 and one_line(err) and told in err


def test_a_folder_that_cannot_be_written_is_told_in_one_line(run, shards, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("classify", shards, "-o", f"{tmp_path}/file/out/")
    assert code == 1 and one_line(err)


def test_what_a_shard_holds_is_read_as_ever(shards):
    from topics.scale.shards import read_shard

    failed: list[InputError] = []
    path = str(shards / "day-0.jsonl")
    assert list(read_shard(path, (), failed.append)) == list(read_corpus(path)) and not failed
