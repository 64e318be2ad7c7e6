from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from topics.features.shape import NAMES, shapes


def shape(text: str) -> dict[str, float]:
    return dict(zip(NAMES, shapes([text])[0], strict=True))


def test_marks_and_capitals_are_told_apart():
    assert shape("Will he go?")["ends as a question"] == 1
    assert shape("He will.")["ends as a question"] == 0
    assert shape("MR. GIBBS: No.")["opens with a speaker's name"] == 1
    assert shape("Q Thanks.")["opens as a question of a transcript"] == 1
    assert shape("Quite so.")["opens as a question of a transcript"] == 0
    assert shape("(Laughter.)")["opens with a bracket"] == 1
    assert shape("MOSCOW")["all in capitals"] == 1
    assert shape("МОСКВА")["all in capitals"] == 1
    assert shape("“Да”, сказал он")["opens with a quotation mark"] == 1


@given(st.text())
def test_any_text_has_a_finite_shape(text):
    values = shapes([text])
    assert values.shape == (1, len(NAMES))
    assert np.isfinite(values).all() and (values >= 0).all()


def test_no_texts_have_no_shapes():
    assert shapes([]).shape == (0, len(NAMES))
