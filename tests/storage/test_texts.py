from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.storage.texts import Texts, index_of

LISTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8), unique=True
)


def mapped(folder, texts, with_index=True):
    path = folder / "terms.txt"
    path.write_bytes("".join(f"{text}\n" for text in texts).encode())
    return Texts(path, index_of(texts) if with_index else None)


@pytest.mark.parametrize("with_index", [True, False])
@given(LISTS, LISTS)
def test_a_mapped_list_is_the_list(tmp_path_factory, with_index, texts, others):
    found = mapped(tmp_path_factory.mktemp("texts"), texts, with_index)
    assert list(found) == texts and len(found) == len(texts) and found == texts
    assert [found[i] for i in range(-len(texts), len(texts))] == texts * 2
    assert found[1:3] == texts[1:3]
    expected = {text: texts.index(text) for text in [*others, *texts[::2]] if text in texts}
    assert found.places_of([*others, *texts[::2]]) == expected


def test_texts_with_one_checksum_are_told_apart(tmp_path):
    same = ["plumless", "buckeroo"]  # both have the CRC-32 4ddb0c25
    assert len({tuple(row) for row in index_of(same)[:, :1].tolist()}) == 1
    assert mapped(tmp_path, same[:1]).places_of(same) == {"plumless": 0}
    assert mapped(tmp_path, same).places_of(same) == {"plumless": 0, "buckeroo": 1}


def test_what_is_no_utf8_is_refused(tmp_path):
    (tmp_path / "terms.txt").write_bytes(b"a\n\xff\n")
    with pytest.raises(ValueError, match="utf-8"):
        Texts(tmp_path / "terms.txt")


@pytest.mark.parametrize("texts", [["a"], ["a", "b", "c"]])
def test_an_index_of_another_list_is_refused(tmp_path, texts):
    (tmp_path / "terms.txt").write_bytes(b"a\nb\n")
    with pytest.raises(ValueError, match="there are 2 texts"):
        Texts(tmp_path / "terms.txt", index_of(texts))
