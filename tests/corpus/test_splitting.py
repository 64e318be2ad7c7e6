from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.corpus.splitting import split_paragraphs


def paragraphs(text: str) -> list[str]:
    return [text[start:end] for start, end in split_paragraphs(text)]


def test_blank_lines_part_paragraphs():
    assert paragraphs("One.\n\nTwo.\n \t \nThree.") == ["One.", "Two.", "Three."]


def test_without_blank_lines_a_line_is_a_paragraph():
    assert paragraphs("One\nTwo, which goes on\nand on") == ["One", "Two, which goes on", "and on"]


def test_hard_wrapped_lines_are_one_paragraph():
    text = (
        "The spokesman said on Thursday that the talks would go on for two\n"
        "more days, and that nobody should expect a document to be signed\n"
        "before the weekend.\n"
        "\n"
        "He declined to say where the delegations would meet after that, or\n"
        "who would lead them."
    )
    assert [p.split()[0] for p in paragraphs(text)] == ["The", "He"]
    assert paragraphs(text)[0].count("\n") == 2


def test_byline_and_caption_in_one_block_are_two_paragraphs():
    text = (
        "Headline of the report\n\n"
        "Jane Smith  | 29.01.2026 - Update : 29.01.2026\n"
        "The minister leaves the conference hall after the morning session of the talks   Photo by the ministry\n\n"
        "The minister said on Thursday that the talks had been useful and would be continued in the spring, "
        "although no date had been agreed and several questions were still open between the two delegations."
    )
    assert len(paragraphs(text)) == 4


def test_a_line_that_goes_on_in_lower_case_was_wrapped():
    assert paragraphs("A heading\n\nThe talks were held\nin Geneva on Monday.") == [
        "A heading",
        "The talks were held\nin Geneva on Monday.",
    ]


def test_list_items_and_speakers_begin_paragraphs():
    wrapped = "The agenda of the meeting that was held on Monday is as follows here:\n"
    assert len(paragraphs(f"Head\n\n{wrapped}- the front\n- the grain")) == 4
    assert (
        len(
            paragraphs(
                "Head\n\nQ Will he go to Geneva, and if he goes will he meet the other side?\nMR. X: No."
            )
        )
        == 3
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_every_kind_of_line_end_counts(end):
    assert paragraphs(f"One.{end}{end}Two.") == ["One.", "Two."]


@given(st.text(alphabet=st.sampled_from("ab .\n\r\t\u2028\u00a0-Q:")) | st.text())
def test_paragraphs_cover_all_but_white_space(text):
    spans = split_paragraphs(text)
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    assert all(text[s:e] == text[s:e].strip() != "" for s, e in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    "unit", [" ", "\n", "a", "a\n", " \n", "\r\n", "a b\n\n", "- \n", "Q:", "\u2028", "A" * 50 + "\n"]
)
def test_a_megabyte_of_anything_is_split(unit):
    """Where time grew with the square of the length, this would take hours."""
    text = "x\n\n" + unit * (1_000_000 // len(unit))
    assert sum(end - start for start, end in split_paragraphs(text)) <= len(text)


def test_the_model_document_has_its_24_paragraphs(shared):
    text = (shared / "seeds" / "kremlin-briefing-2026-01-29.txt").read_text(encoding="utf-8")
    found = paragraphs(text)
    assert len(found) == 24
    assert found[3].startswith("Elena Teslova") and found[4].endswith("Kremlin Press Office")
