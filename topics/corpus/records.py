"""One record of a stream (a JSON object, a table's row) becomes a briefing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from topics.corpus.briefing import Briefing, Paragraph
from topics.corpus.encodings import without_surrogates
from topics.errors import InputError

_BRIEFING_KEYS = {"id", "title", "date", "text", "paragraphs"}
_PARAGRAPH_KEYS = {"text", "label"}
_OF_BRIEFING = ("source", "url", "split")
_EXPECTED = (
    'expected {"id": "…", "text": "…"} or {"id": "…", "paragraphs": ["…", {"text": "…", "label": "…"}]}'
)


def briefing_from_record(record: Mapping[str, Any], where: str) -> Briefing:
    """Build a briefing from the keys of one record.

    A record with ``text`` and ``label`` is a briefing of one paragraph; one
    with ``text`` alone is split; given ``paragraphs`` are taken as they are.
    Unknown keys are kept as metadata.

    Parameters
    ----------
    record : mapping
    where : str
        File and line, for messages.

    Raises
    ------
    InputError
        If ``id``, or both ``text`` and ``paragraphs``, are missing, empty or of
        the wrong kind.
    """
    id = _id(record, where)
    title = _optional_text(record, "title", where)
    date = _optional_text(record, "date", where)
    has_label = "paragraphs" not in record and "label" in record
    metadata = {
        without_surrogates(str(key)): clean(value)
        for key, value in record.items()
        if key not in _BRIEFING_KEYS and not (has_label and key == "label")
    }
    if "paragraphs" in record:
        if record.get("text") is not None:
            raise InputError(f"{where}: has both 'text' and 'paragraphs'; give one of them.")
        return Briefing(id, tuple(_paragraphs(record["paragraphs"], where)), title, date, metadata)
    text = record.get("text")
    if text is None:
        raise InputError(f"{where}: has no 'text'; {_EXPECTED}.")
    if not isinstance(text, str):
        raise InputError(f"{where}: 'text' is {kind_of(text)}; expected a text.")
    text = without_surrogates(text)
    if not text.strip():
        raise InputError(f"{where}: 'text' is empty; give a text, or leave the record out.")
    label = _optional_text(record, "label", where)
    if label is not None:
        return Briefing(id, (Paragraph(text, 0, len(text), label),), title, date, metadata)
    return Briefing.from_text(text, id, title=title, date=date, metadata=metadata)


def briefing_from_rows(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Briefing:
    """Build a briefing from the rows of a table with one paragraph a row.

    Title, date, source, url and split come from the first row; the other
    columns stay with their paragraph.

    Parameters
    ----------
    rows : iterable of (where, row)
        The rows of one briefing, in order.
    """
    rows = list(rows)
    _, first = rows[0]
    paragraphs = [
        _paragraph(
            {k: v for k, v in row.items() if k not in ("briefing", "title", "date", *_OF_BRIEFING)}, where
        )
        for where, row in rows
    ]
    return Briefing(
        _id({"id": first["briefing"]}, rows[0][0]),
        tuple(paragraphs),
        _optional_text(first, "title", rows[0][0]),
        _optional_text(first, "date", rows[0][0]),
        {key: clean(first[key]) for key in _OF_BRIEFING if first.get(key) is not None},
    )


def _id(record: Mapping[str, Any], where: str) -> str:
    id = record.get("id")
    if isinstance(id, bool) or not isinstance(id, str | int) or id == "":
        problem = "has no 'id'" if id is None or id == "" else f"'id' is {kind_of(id)}"
        raise InputError(f"{where}: {problem}; {_EXPECTED}.")
    return without_surrogates(str(id))


def _paragraphs(given: Any, where: str) -> Iterable[Paragraph]:
    if not isinstance(given, list | tuple):
        raise InputError(f"{where}: 'paragraphs' is {kind_of(given)}; expected a list.")
    if not given:
        raise InputError(f"{where}: 'paragraphs' is empty; give at least one, or leave the record out.")
    for number, paragraph in enumerate(given):
        if isinstance(paragraph, str):
            yield Paragraph(without_surrogates(paragraph))
        elif isinstance(paragraph, Mapping):
            yield _paragraph(paragraph, f"{where}: paragraph {number}")
        else:
            raise InputError(
                f"{where}: paragraph {number} is {kind_of(paragraph)}; "
                'expected a text or {"text": "…", "label": "…"}.'
            )


def _paragraph(record: Mapping[str, Any], where: str) -> Paragraph:
    text = record.get("text")
    if not isinstance(text, str):
        problem = "has no 'text'" if text is None else f"'text' is {kind_of(text)}"
        raise InputError(f'{where}: {problem}; expected {{"text": "…", "label": "…"}}.')
    metadata = {
        without_surrogates(str(key)): clean(value)
        for key, value in record.items()
        if key not in _PARAGRAPH_KEYS
    }
    return Paragraph(
        without_surrogates(text), label=_optional_text(record, "label", where), metadata=metadata
    )


def _optional_text(record: Mapping[str, Any], key: str, where: str) -> str | None:
    value = record.get(key)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f"{where}: '{key}' is {kind_of(value)}; expected a text.")
    return without_surrogates(str(value))


def clean(value: Any) -> Any:
    """Return metadata as JSON can carry it: other types as their text, no half characters, no infinities."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, Mapping):
        return {without_surrogates(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def kind_of(value: Any) -> str:
    """Name a JSON value's kind for a person."""
    names = {
        bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object",
    }  # fmt: skip
    return "missing" if value is None else names.get(type(value), f"a {type(value).__name__}")
