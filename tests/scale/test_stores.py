"""Shards and parts in a store that is no disk: fsspec's own, in memory."""

from __future__ import annotations

import json

import pytest

from .conftest import contents, write_shard

fsspec = pytest.importorskip("fsspec", reason="needs the extra 'scale'")


@pytest.fixture
def store(tmp_path):
    """A store with two shards, one of them compressed and with a broken record."""
    memory = fsspec.filesystem("memory")
    memory.pipe("/bucket/in/a.jsonl", write_shard(tmp_path / "in" / "a.jsonl", 0, 5).read_bytes())
    packed = write_shard(tmp_path / "in" / "b.jsonl.gz", 1, 5)
    memory.pipe("/bucket/in/b.jsonl.gz", packed.read_bytes())
    memory.pipe("/bucket/in/c.csv", b"id,text\n1,The talks on Ukraine go on.\n2\n")
    (tmp_path / "in" / "c.csv").write_bytes(memory.cat("/bucket/in/c.csv"))
    yield memory
    memory.rm("/bucket", recursive=True)


@pytest.mark.parametrize("place", ["memory://bucket/in", "memory://bucket/in/*", "memory:///bucket/in/"])
def test_a_store_gives_the_same_parts_as_a_disk(run, store, tmp_path, place):
    code, _, err = run("classify", place, "-o", "memory://bucket/out/")
    assert code == 1 and "/bucket/in/c.csv:3: " in err and "3 shards" in err
    assert run("classify", tmp_path / "in", "-o", f"{tmp_path}/out/")[0] == 1
    found = {path.split("/")[-1]: store.cat(path) for path in store.find("/bucket/out")}
    expected = contents(tmp_path / "out")
    manifests = [json.loads(data.pop("manifest.json")) for data in (found, expected)]
    assert found == expected
    for key in ("sha256", "bytes", "briefings", "failures"):
        assert [part[key] for part in manifests[0]["parts"]] == [part[key] for part in manifests[1]["parts"]]
    assert [part["shard"] for part in manifests[0]["parts"]] == [
        "memory:///bucket/in/a.jsonl", "memory:///bucket/in/b.jsonl.gz", "memory:///bucket/in/c.csv",
    ]  # fmt: skip


def test_a_run_into_a_store_goes_on(run, store):
    run("classify", "memory://bucket/in", "-o", "memory://bucket/out")
    whole = {path: store.cat(path) for path in store.find("/bucket/out")}
    store.rm("/bucket/out/part-00001.jsonl")
    code, _, err = run("classify", "memory://bucket/in", "-o", "memory://bucket/out/")
    assert code == 1 and "(2 done before)" in err
    assert {path: store.cat(path) for path in store.find("/bucket/out")} == whole


def test_other_objects_in_the_folder_are_refused(run, store):
    code, _, err = run("classify", "memory://bucket/in/a.jsonl", "-o", "memory://bucket/in/")
    assert code == 1 and "holds other files" in err
