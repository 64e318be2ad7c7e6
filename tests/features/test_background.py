from __future__ import annotations

import gzip

import numpy as np
import pytest

from topics import InputError
from topics.features.background import Background
from topics.features.counts import TermCounts


def test_a_table_comes_back_as_it_was_written(tmp_path):
    background = Background.count(["Rain and wind.", "Rain again and again", ""])
    assert (background.n_paragraphs, background.frequencies["rain"], background.frequencies["again"]) == (
        3,
        2,
        1,
    )
    background.write(tmp_path / "a.tsv.gz")
    background.write(tmp_path / "b.tsv.gz")
    assert Background.read(tmp_path / "a.tsv.gz") == background
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()
    assert Background.is_table(tmp_path / "a.tsv.gz")


def test_rare_words_may_be_left_out(tmp_path):
    Background.count(["aa bb", "aa"]).write(tmp_path / "a.tsv.gz", at_least=2)
    assert Background.read(tmp_path / "a.tsv.gz").frequencies == {"aa": 2}


def test_words_of_the_background_count_in_and_pairs_keep_their_own():
    texts = ["aa bb", "aa cc"]
    background = Background(98, {"aa": 18, "zz": 5})
    counts = TermCounts(texts, "pairs", background)
    tfidf = counts.tfidf(counts.select(np.arange(2), min_df=1))
    idf = dict(zip(tfidf.vocabulary, tfidf.idf, strict=True))
    assert "zz" not in idf
    assert idf["aa"] == pytest.approx(np.log(101 / 21) + 1)
    assert idf["bb"] == pytest.approx(np.log(101 / 2) + 1)
    assert idf["aa bb"] == pytest.approx(np.log(3 / 2) + 1)


@pytest.mark.parametrize(
    "content", [b"", b"word\tparagraphs\n", b"word\tparagraphs\n(all)\t3\naa\tmany\n", None]
)
def test_what_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "a.tsv.gz"
    path.write_bytes(b"plain" if content is None else gzip.compress(content))
    with pytest.raises(InputError, match="is no table of words and counts"):
        Background.read(path)
