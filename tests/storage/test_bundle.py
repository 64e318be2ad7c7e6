from __future__ import annotations

import hashlib
import io
import json
import os
import shutil

import numpy as np
import pytest

import topics
from topics import BundleError, Model, OutputError
from topics.storage.bundle import CHECKSUMS, Bundle, read_bundle, write_bundle


@pytest.fixture
def folder(model, tmp_path):
    model.save(tmp_path / "m")
    return tmp_path / "m"


def reseal(folder):
    """Make the checksums right again, as somebody would who means to deceive."""
    files = sorted(file for file in folder.iterdir() if file.name != CHECKSUMS)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / CHECKSUMS).write_text("".join(lines))


def replace_array(folder, name, array, allow_pickle=False):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    (folder / f"{name}.npy").write_bytes(buffer.getvalue())


def test_a_saved_model_predicts_the_same(model, folder, corpus):
    loaded = topics.load(folder)
    assert loaded.classify(corpus[0]).to_dict() == model.classify(corpus[0]).to_dict()
    assert (loaded.topics, loaded.training, loaded.readme) == (model.topics, model.training, model.readme)


def test_saving_again_gives_the_same_bytes(folder, tmp_path):
    topics.load(folder).save(tmp_path / "again")
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_arrays_are_mapped_not_read(folder):
    assert isinstance(topics.load(folder).topic_scorer.weights, np.memmap)


def test_the_standard_tool_reads_the_checksums(folder):
    listed = dict(reversed(line.split("  ")) for line in (folder / CHECKSUMS).read_text().splitlines())
    assert listed == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != CHECKSUMS
    }


def test_no_byte_can_be_changed_unnoticed(folder):
    rng = np.random.default_rng(0)
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        for place in {0, len(whole) - 1, *rng.integers(len(whole), size=8).tolist()}:
            changed = bytearray(whole)
            changed[place] ^= 1 << int(rng.integers(8))
            file.write_bytes(changed)
            with pytest.raises(BundleError) as caught:
                topics.load(folder)
            assert str(folder) in str(caught.value) and "\n" not in str(caught.value)
        file.write_bytes(whole)
    topics.load(folder)


def test_a_cut_file_is_named(folder):
    weights = folder / "topic_weights.npy"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(BundleError, match=r"topic_weights.npy was changed or damaged"):
        topics.load(folder)


def test_a_missing_and_a_foreign_file_are_named(folder):
    (folder / "topic_idf.npy").rename(folder / "other.npy")
    with pytest.raises(BundleError, match=r"other.npy does not belong to the model"):
        topics.load(folder)
    (folder / "other.npy").unlink()
    with pytest.raises(BundleError, match=r"topic_idf.npy is missing"):
        topics.load(folder)


def test_a_newer_format_is_refused_before_anything_is_built(folder):
    description = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(
        json.dumps({"format": 99, "all": "else is unknown", "old": description["format"]})
    )
    reseal(folder)
    with pytest.raises(
        BundleError, match=r"has format 99, this version of topics reads format 1; upgrade topics"
    ):
        topics.load(folder)


@pytest.mark.parametrize(
    "name", ["topic_weights", "topic_idf", "chain_node", "chain_transitions", "change_bias"]
)
def test_arrays_that_disagree_in_shape_are_refused(folder, name):
    array = np.load(folder / f"{name}.npy")
    replace_array(folder, name, array[:-1])
    reseal(folder)
    with pytest.raises(BundleError, match=f"array '{name}' is .*; expected"):
        topics.load(folder)


def test_arrays_of_another_type_are_refused(folder):
    replace_array(folder, "chain_first", np.load(folder / "chain_first.npy").astype(np.float32))
    reseal(folder)
    with pytest.raises(BundleError, match="array 'chain_first' is float32"):
        topics.load(folder)


def test_a_pickle_is_never_loaded(folder):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(folder / "trapped"),)

    replace_array(folder, "chain_first", np.array([Trap()], dtype=object), allow_pickle=True)
    reseal(folder)
    with pytest.raises(BundleError):
        topics.load(folder)
    assert not (folder / "trapped").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("topics"),
        lambda d: d.update(topics=[]),
        lambda d: d.update(topics={"a": {"color": "red"}}),
        lambda d: d.update(review_below="high"),
        lambda d: d.update(kind="something else"),
        lambda d: d.update(format="one"),
        lambda d: d.update(training={}),
        lambda d: d.update(scale=float("nan")),
    ],
)
def test_a_description_of_something_else_is_refused(folder, change):
    description = json.loads((folder / "bundle.json").read_text())
    change(description)
    (folder / "bundle.json").write_text(json.dumps(description))
    reseal(folder)
    with pytest.raises(BundleError) as caught:
        topics.load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["none", "file", "other"])
def test_what_is_no_model_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("x")
    (tmp_path / "other").mkdir()
    with pytest.raises(BundleError):
        topics.load(tmp_path / name)


def test_an_older_model_is_replaced_whole(model, folder):
    (folder / "stale.txt").write_text("from before")
    model.save(folder)
    assert not (folder / "stale.txt").exists()
    assert [file.name for file in folder.parent.iterdir()] == ["m"]


def test_other_peoples_folders_are_left_alone(model, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="holds other files"):
        model.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("failing", ["write_bytes", "fsync", "replace"])
def test_a_failure_while_saving_leaves_the_older_model(model, folder, monkeypatch, failing):
    """As on a full disk, at three places on the way."""
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    if failing == "write_bytes":
        monkeypatch.setattr("topics.storage.bundle._write_text", full)
    else:
        monkeypatch.setattr(os, failing, full)
    with pytest.raises(OutputError, match="No space left on device"):
        model.save(folder)
    monkeypatch.undo()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [file.name for file in folder.parent.iterdir()] == ["m"]


def test_ctrl_c_while_replacing_a_model_leaves_the_older_one(model, folder, monkeypatch):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    replace, calls = os.replace, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 2:  # the older model stands aside, the new one is not yet in its place
            raise KeyboardInterrupt
        replace(*args)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.save(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_hidden_file_of_the_desktop_does_no_harm(folder):
    (folder / ".DS_Store").write_bytes(b"x")
    topics.load(folder)


def test_numbers_that_are_none_are_refused(folder):
    array = np.load(folder / "chain_first.npy")
    array[0] = np.nan
    replace_array(folder, "chain_first", array)
    reseal(folder)
    with pytest.raises(BundleError, match="values that are no numbers"):
        topics.load(folder)


def test_ctrl_c_while_saving_leaves_nothing_half_written(model, tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("topics.storage.bundle._write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        model.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_comes_back_as_it_was_written(tmp_path):
    bundle = Bundle({"kind": "x", "n": 1}, {"a": np.arange(3)}, {"t": ["ä", "", "b c"]}, "# Card")
    write_bundle(tmp_path / "b", bundle)
    found = read_bundle(tmp_path / "b")
    assert found.description == {"format": 1, "kind": "x", "n": 1}
    assert found.arrays["a"].tolist() == [0, 1, 2]
    assert found.texts == {"t": ["ä", "", "b c"]}
    assert found.readme == "# Card"
    shutil.copytree(tmp_path / "b", tmp_path / "copy")
    assert read_bundle(tmp_path / "copy").fingerprint == found.fingerprint


def test_an_empty_folder_may_be_filled(model, tmp_path):
    (tmp_path / "m").mkdir()
    assert isinstance(topics.load(tmp_path / "m") if model.save(tmp_path / "m") else None, Model)
