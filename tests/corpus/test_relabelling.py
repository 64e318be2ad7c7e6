"""Labels that replace others."""

from topics import Briefing, Paragraph, relabel


def briefing(id: str, *rows: tuple[str, str | None]) -> Briefing:
    return Briefing(id, tuple(Paragraph(text, label=label) for text, label in rows))


OLD = briefing("monday", ("Rain fell.", "other"), ("Rates rose.", "money"), ("He left.", None))
NEW = briefing("monday", ("Rain fell.", "weather"), ("Rates rose.", None), ("He left.", "weather"))


def test_labels_replace_those_of_the_same_paragraphs():
    (found,) = relabel([OLD], [NEW])
    assert found.labels == ["weather", "money", "weather"] and found.texts == OLD.texts


def test_one_label_alone_can_be_replaced():
    better = briefing(
        "monday", ("Rain fell.", "weather"), ("Rates rose.", "weather"), ("He left.", "weather")
    )
    (found,) = relabel([OLD], [better], only="other")
    assert found.labels == ["weather", "money", "weather"]


def test_the_same_text_in_another_briefing_keeps_its_label():
    other = briefing("tuesday", ("Rain fell.", "other"))
    assert [found.labels for found in relabel([OLD, other], [NEW])][1] == ["other"]


def test_briefings_that_the_corpus_lacks_come_after_it():
    more = briefing("friday", ("Snow fell.", "weather"))
    assert list(relabel([OLD], [more])) == [OLD, more]
