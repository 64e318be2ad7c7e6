from __future__ import annotations

import os

import pytest

from topics import OutputError
from topics.storage.files import whole_file


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "out.txt"
    with whole_file(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_an_error_on_the_way_leaves_the_older_file(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"older")
    with pytest.raises(RuntimeError), whole_file(path) as file:
        file.write(b"newer")
        raise RuntimeError
    assert path.read_bytes() == b"older"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_the_rights_of_the_file_are_kept(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"older")
    path.chmod(0o640)
    with whole_file(path) as file:
        file.write(b"newer")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["none/out.txt", "."])
def test_where_nothing_can_be_written_that_is_said(tmp_path, name):
    with pytest.raises(OutputError, match="cannot be written"), whole_file(tmp_path / name):
        pass


def test_a_full_disk_is_said_and_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "out.txt"
    path.write_bytes(b"older")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"), whole_file(path) as file:
        file.write(b"newer")
    assert path.read_bytes() == b"older"
    assert os.listdir(tmp_path) == ["out.txt"]
