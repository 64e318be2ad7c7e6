from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.corpus.encodings import decode, is_broken, open_lines
from topics.errors import InputError

TEXT = "Señor Peña said “no” – déjà vu in Düsseldorf, naïve façade."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252"]
)
def test_common_encodings_are_recognised(encoding):
    assert decode(TEXT.encode(encoding), "x.txt") == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Представитель ведомства заявил, что переговоры продолжатся в четверг.", "windows-1251"),
        ("Zażółć gęślą jaźń, mówił rzecznik rządu w środę o świcie.", "cp1250"),
        ("Ο εκπρόσωπος είπε ότι οι συνομιλίες θα συνεχιστούν την Πέμπτη.", "cp1253"),
    ],
)
def test_other_encodings_are_left_to_charset_normalizer(text, encoding):
    assert decode(text.encode(encoding), "x.txt") == text


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"first line\nThe \xe2\x80\x9cpeace\xe2\x80\x9d talks \xe2\x80 are broken", 2),
        (b"\xc3\x28", 1),
        (b"a\n\nb \xff\xfe c", 3),
        ("cut at the end “".encode()[:-1], 1),
    ],
)
def test_broken_utf8_is_named_with_its_line(data, line):
    with pytest.raises(InputError, match=f"x.txt:{line}: byte .* is not valid UTF-8"):
        decode(data, "x.txt")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"\x00" * 100]
)
def test_binary_data_is_refused(data):
    with pytest.raises(InputError, match=r"x.bin: is binary data"):
        decode(data, "x.bin")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_comes_back(text):
    assert decode(text.encode("utf-8"), "x.txt").removeprefix("\ufeff") == text.removeprefix("\ufeff")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_an_input_error(data):
    try:
        assert isinstance(decode(data, "x"), str)
    except InputError as error:
        assert "\n" not in str(error)


def test_a_broken_line_of_a_stream_leaves_the_others_readable():
    lines = list(open_lines(io.BytesIO("né\n".encode() * 3 + b"\xc3\x28\n" + "é\n".encode()), "x"))
    assert [is_broken(line) for line in lines] == [False, False, False, True, False]
