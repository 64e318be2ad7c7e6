from __future__ import annotations

import pytest

from topics import Briefing, Paragraph
from topics.corpus.passes import Passes

CORPUS = [Briefing(f"b{n}", (Paragraph("x" * 10),)) for n in range(5)]


@pytest.mark.parametrize(("held", "times_read"), [(50, 1), (49, 3), (0, 3)])
def test_a_corpus_is_kept_while_it_is_small_and_read_again_if_not(held, times_read):
    begun = 0

    def read():
        nonlocal begun
        begun += 1
        return iter(CORPUS)

    passes = Passes(read, held)
    assert [list(passes) for _ in range(3)] == [CORPUS] * 3
    assert begun == times_read


def test_a_pass_that_was_broken_off_is_not_taken_for_the_corpus():
    passes = Passes(lambda: iter(CORPUS), 1000)
    next(iter(passes))
    assert list(passes) == CORPUS
