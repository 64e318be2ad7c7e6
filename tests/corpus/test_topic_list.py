from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import InputError, TopicList

GOOD = """
[syria]
name = "Syria"
iptc = ["medtop:20000056"]
color = "#0072B2"

[boilerplate]
content = false
"""


def read(tmp_path, text):
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
    return TopicList.read(str(tmp_path / "topics.toml"))


def test_the_order_and_the_properties_of_the_file_are_kept(tmp_path):
    syria, boilerplate = read(tmp_path, GOOD)
    assert (syria.id, syria.name, syria.iptc, syria.content) == ("syria", "Syria", ("medtop:20000056",), True)
    assert (boilerplate.name, boilerplate.content) == ("boilerplate", False)


def test_a_list_comes_back_from_its_records(tmp_path):
    topics = read(tmp_path, GOOD)
    assert TopicList.from_records(topics.to_records()) == topics


def test_content_topics_get_different_colours():
    topics = TopicList.from_labels([f"t{n}" for n in range(16)])
    assert len({topic.color for topic in topics}) == 16


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[syria", "is not valid TOML"),
        ("", "lists no topic"),
        ("syria = 1", "'syria' stands outside a table"),
        ("[s]\nnmae = 'x'", "'nmae' is not known.*Did you mean 'name'"),
        ("[s]\ncolor = 'blue'", "color = 'blue'; expected a colour"),
        ("[s]\ncontent = 'no'", "content = 'no'; expected true or false"),
        ("[s]\nterms = 'a'", "terms = 'a'; expected a list of texts"),
    ],
)
def test_a_bad_list_is_answered_in_one_line(tmp_path, text, problem):
    with pytest.raises(InputError, match=problem) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_an_unknown_label_is_answered_with_the_nearest():
    with pytest.raises(
        InputError, match=r"here: 'Siria' is not a topic; expected iran, syria. Did you mean 'syria'\?"
    ):
        TopicList.from_labels(["syria", "iran"]).index_of("Siria", "here")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.dictionaries(
        TEXT.filter(str.strip),
        st.fixed_dictionaries(
            {"name": TEXT.filter(bool)},
            optional={"description": TEXT, "terms": st.lists(TEXT, max_size=3), "content": st.booleans()},
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_list_comes_back_from_its_toml(tmp_path_factory, records):
    topics = TopicList.from_records(records)
    path = tmp_path_factory.mktemp("lists") / "topics.toml"
    path.write_bytes(topics.to_toml().encode())
    assert TopicList.read(path) == topics
