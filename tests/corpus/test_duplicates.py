import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topics.corpus.duplicates import near_duplicates

WIRE = (
    "Negotiators from both sides met in Geneva on Monday for a third round of talks, which the mediator "
    "called frank and useful, and agreed to meet again before the end of the month in the same city."
)
OTHER = (
    "The central bank left its main rate unchanged on Thursday and said that prices had risen more slowly "
    "than it had expected in the spring, though wages had not, and that it would look again in autumn."
)


def test_a_wire_text_with_a_word_changed_is_the_same_text():
    changed = WIRE.replace("frank and useful", "open and useful")
    assert near_duplicates([OTHER, WIRE, changed, OTHER]).tolist() == [0, 1, 1, 0]


def test_half_a_text_in_common_is_not_enough():
    half = " ".join(WIRE.split()[:17] + OTHER.split()[:17])
    assert near_duplicates([WIRE, half]).tolist() == [0, 1]


def test_short_texts_are_the_same_only_word_for_word():
    assert near_duplicates(["Thank you.", "Thank you!", "Thank you, Jim."]).tolist() == [0, 0, 2]


def test_scripts_without_spaces_are_compared_by_character():
    text = "发言人周一表示双方代表团在日内瓦举行了第三轮会谈并同意本月底之前在同一城市再次会晤"
    assert near_duplicates([text, text.replace("周一", "周二"), text[:10]]).tolist() == [0, 0, 2]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_each_group_is_named_by_its_first_member(texts):
    group = near_duplicates(texts)
    assert (group <= np.arange(len(texts))).all()
    assert (group[group] == group).all()
    assert all(group[i] == group[texts.index(text)] for i, text in enumerate(texts))
