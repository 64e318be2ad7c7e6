"""Both ways of reading give the same, to the last byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.features import characters, compiled, kernel, reading, terms
from topics.features.counts import TermCounts
from topics.features.reading import Reader, Vocabulary
from topics.features.shape import shapes
from topics.features.terms import ANALYZERS
from topics.features.tfidf import weigh

from ..conftest import ROOT
from .test_tfidf import AWKWARD, texts


def in_both_ways(function):
    """Return what a function gives in the plain way and in the compiled one."""
    before = compiled._kernel, compiled._read
    try:
        compiled._kernel, compiled._read = None, -(10**15)
        plain = function()
        compiled.load()
        return plain, function()
    finally:
        compiled._kernel, compiled._read = before


def same(one, other):
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


@pytest.mark.parametrize("analyzer", ANALYZERS)
@given(texts, texts)
def test_both_ways_read_the_same(analyzer, fitted, unseen):
    vocabulary = sorted({term for text in fitted for term in ANALYZERS[analyzer](text)})
    others = Vocabulary(["^peace", "aa", "talks"], "cues")
    plain, fast = in_both_ways(lambda: Reader(Vocabulary(vocabulary, analyzer), others).read(unseen))
    for one, other in zip(plain, fast, strict=True):
        assert all(map(same, one, other))


@pytest.mark.parametrize("analyzer", ANALYZERS)
@given(texts, st.integers(1, 2), st.none() | st.integers(1, 8))
def test_both_ways_count_the_same(analyzer, corpus, at_least, most):
    def counted():
        counts = TermCounts(corpus, analyzer, at_least=at_least, most=most)
        selection = counts.select(np.arange(len(corpus)), min_df=at_least)
        return counts.terms, counts.rows(np.arange(len(corpus)), selection), counts.n_units

    plain, fast = in_both_ways(counted)
    assert plain[0] == fast[0]
    assert same(plain[1].indptr, fast[1].indptr) and same(plain[1].indices, fast[1].indices)
    assert same(plain[1].values, fast[1].values) and same(plain[2], fast[2])


@given(texts)
def test_both_ways_compute_the_same(corpus):
    def computed():
        rows = weigh(*Reader(Vocabulary(vocabulary, "pairs")).read(corpus)[0].matrix, idf)
        place = np.arange(len(corpus)) % 4
        return (
            rows.values,
            rows.times(weights),
            rows.likeness(1, idf > 1.5, place),
            rows.likeness(2, idf > 1.2, place),
        )

    vocabulary = sorted({term for text in corpus for term in ANALYZERS["pairs"](text)})
    random = np.random.default_rng(0)
    idf = (1 + random.random(len(vocabulary))).astype(np.float32)
    weights = random.normal(size=(len(vocabulary), 7)).astype(np.float32)
    plain, fast = in_both_ways(computed)
    assert all(map(same, plain, fast))


@given(st.lists(st.sampled_from([*AWKWARD, "peace talks in geneva", "talks"]), min_size=6, max_size=20))
def test_texts_read_in_threads_are_read_alike(corpus):
    compiled.load()
    vocabularies = [
        Vocabulary(sorted({term for text in corpus for term in ANALYZERS[analyzer](text)}), analyzer)
        for analyzer in ("pairs+edges", "characters")
    ]
    together = Reader(*vocabularies).read(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PART", 3)
        patch.setattr(reading, "cores", lambda: 3)
        in_parts = Reader(*vocabularies).read(corpus)
    for one, other in zip(together, in_parts, strict=True):
        assert all(map(same, one, other))


shaped = st.lists(
    st.sampled_from(
        [
            "Q",
            "QUESTION",
            "MR. CARNEY:",
            ":",
            "?",
            "(",
            "”",
            "!",
            " ",
            "\n",
            "Ab",
            "x",
            "１",
            "²",
            "_",
            "É",
            "é",
        ]
    )
    | st.sampled_from(AWKWARD)
).map("".join)


@given(st.lists(shaped | st.text(st.characters(exclude_categories=[]), max_size=60), max_size=8))
def test_both_ways_see_the_same_shape(corpus):
    plain, fast = in_both_ways(lambda: shapes(corpus))
    assert same(plain, fast)


def test_the_table_says_of_every_character_what_python_says():
    classes = characters.table()
    for number in range(characters.N_CHARACTERS):
        character, entry = chr(number), int(classes[number])
        said = {
            characters.WORD: character.isalnum() or character == "_",
            characters.SPACE: character.isspace(),
            characters.LETTER: character.isalpha(),
            characters.CAPITAL: character.isupper(),
            characters.SMALL: character.islower(),
            characters.DIGIT: character.isdigit(),
            characters.DECIMAL: character.isdecimal(),
            characters.UPPER: character.upper() == character,
        }
        assert all(bool(entry & class_) == holds for class_, holds in said.items()), hex(number)
        lower = chr(entry & characters.LOWER)
        assert lower == character.lower() or characters.has_special([character]), hex(number)
        assert bool(classes[ord(lower)] & characters.WORD) == said[characters.WORD], hex(number)


def test_strings_with_one_hash_are_told_apart():
    """The table compares strings, so that a collision of hashes costs time and nothing else."""
    strings = kernel.new_strings(8, 64)
    letters, bounds = characters.joined(["peace", "talks", "peaks", "tea"])
    numbers = [
        kernel._number.py_func(strings, np.uint64(7), letters, bounds[i], bounds[i + 1] - bounds[i])
        for i in range(4)
    ]
    assert numbers == [0, 1, 2, 3]
    again = [
        kernel._number.py_func(strings, np.uint64(7), letters, bounds[i], bounds[i + 1] - bounds[i])
        for i in range(4)
    ]
    assert again == numbers


def test_many_short_texts_are_all_counted_however_the_tables_grow():
    corpus = [f"word{n} word{n + 1} other{n % 977}" for n in range(30_000)]
    expected = sorted({term for text in corpus for term in ANALYZERS["pairs"](text)})
    plain, fast = in_both_ways(lambda: TermCounts(corpus, "pairs", at_least=1).terms)
    assert plain == expected and fast == expected


@pytest.mark.parametrize("analyzer", ["pairs+edges", "characters"])
def test_the_number_of_cores_changes_nothing(analyzer, tmp_path):
    script = f"""
import os, sys
import numpy as np
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: int(sys.argv[1])]))
from topics.features import compiled
from topics.features.counts import TermCounts
compiled.load()
texts = [f"Talks {{n % 89}} in Geneva resumed, he said {{n % 7}} times." for n in range(3000)]
counts = TermCounts(texts, {analyzer!r}, at_least=2, most=300)
everything = np.arange(len(texts))
rows = counts.rows(everything, counts.select(everything, min_df=2))
print(hash(tuple(counts.terms)), hash(rows.indices.tobytes()), hash(rows.values.tobytes()), len(counts.terms))
"""
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", script]
    one, many = (
        subprocess.run([*command, n], capture_output=True, text=True, check=True, env=environment).stdout
        for n in ("1", "64")
    )
    assert one == many and one


def test_the_kernel_goes_by_the_same_constants():
    """numba keeps what it compiled until kernel.py itself changes."""
    names = ("LOWER", "WORD", "SPACE", "LETTER", "CAPITAL", "SMALL", "DIGIT", "DECIMAL", "UPPER")
    assert all(getattr(kernel, name) == getattr(characters, name) for name in names)
    assert all(getattr(kernel, name) == getattr(terms, name) for name in ("CHARACTERS", "EDGE", "REACH"))


@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_odd_vocabularies_are_read_alike(analyzer):
    """As a bundle may hold whose checksums are right."""
    odd = ["", " ", " aa", "aa ", "aa bb", "aa bb cc", "aabbcc", "^", "^ aa", "\x00", "AA", "peace talks"]
    unseen = ["aa bb cc", "peace talks", "aabbcc", "AA", "", "\x00 ^"]
    plain, fast = in_both_ways(lambda: Reader(Vocabulary(odd, analyzer)).read(unseen))
    assert all(map(same, plain[0], fast[0]))


@pytest.mark.parametrize("analyzer", ANALYZERS)
@pytest.mark.parametrize("corpus", [[], [""], ["", "?!"]])
def test_nothing_is_counted_alike(analyzer, corpus):
    def counted():
        counts = TermCounts(corpus, analyzer)
        everything = np.arange(len(corpus))
        return counts.rows(everything, counts.select(everything, min_df=1)).indptr, counts.n_units

    plain, fast = in_both_ways(counted)
    assert all(map(same, plain, fast))


def test_where_nothing_can_be_kept_on_disk_the_kernel_is_compiled_each_time(tmp_path):
    """As in a container whose user has no folder to write to."""
    copy = tmp_path / "package"
    shutil.copytree(ROOT / "topics", copy / "topics", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (copy / "topics" / "classification", copy / "topics" / "features"):
        (folder / "__pycache__").write_text("in the way")
    script = (
        "from topics.features.compiled import load\n"
        "from topics.features.characters import joined\n"
        "print(load().new_strings(1, 1).used.tolist())"
    )
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    environment |= {"PYTHONPATH": str(copy), "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert result.stdout == "[0, 0]\n", result.stderr


def test_where_the_kernel_must_be_compiled_first_more_text_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "compiled.py"))
    compiled.worth_loading.cache_clear()
    try:
        assert compiled.worth_loading() == compiled.MUCH_MORE
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__" / "kernel.new_strings-1.py311.nbi").touch()
        compiled.worth_loading.cache_clear()
        assert compiled.worth_loading() == compiled.MUCH
    finally:
        compiled.worth_loading.cache_clear()
