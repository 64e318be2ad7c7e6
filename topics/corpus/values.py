"""Values out of a result's JSON, each checked: what is missing or of the wrong kind is an InputError."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from topics.corpus.encodings import without_surrogates
from topics.corpus.records import kind_of
from topics.errors import InputError


def _wrong(record: Mapping[str, Any], key: str, expected: str, where: str) -> InputError:
    if key not in record:
        return InputError(
            f"{where}: has no '{key}'; expected a result as `topics classify -f jsonl` writes it."
        )
    return InputError(f"{where}: '{key}' is {kind_of(record[key])}; expected {expected}.")


def text_at(record: Mapping[str, Any], key: str, where: str) -> str:
    """Return a text."""
    value = record.get(key)
    if not isinstance(value, str):
        raise _wrong(record, key, "a text", where)
    return without_surrogates(value)


def optional_text_at(record: Mapping[str, Any], key: str, where: str) -> str | None:
    """Return a text, or None where there is none."""
    return None if record.get(key) is None else text_at(record, key, where)


def true_or_false_at(record: Mapping[str, Any], key: str, where: str) -> bool:
    """Return true or false."""
    value = record.get(key)
    if not isinstance(value, bool):
        raise _wrong(record, key, "true or false", where)
    return value


def whole_number_at(record: Mapping[str, Any], key: str, where: str) -> int:
    """Return a whole number from 0."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(record, key, "a whole number", where)
    if value < 0:
        raise InputError(f"{where}: '{key}' is {value}; expected a whole number from 0.")
    return value


def place_at(record: Mapping[str, Any], where: str) -> tuple[int | None, int | None]:
    """Return start and end, both None where a paragraph was given by itself."""
    if record.get("start") is None and record.get("end") is None:
        return None, None
    return whole_number_at(record, "start", where), whole_number_at(record, "end", where)


def part_at(record: Mapping[str, Any], key: str, where: str) -> float:
    """Return a number between 0 and 1."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(record, key, "a number between 0 and 1", where)
    if not 0 <= value <= 1:
        raise InputError(f"{where}: '{key}' is {value}; expected a number between 0 and 1.")
    return float(value)


def parts_at(record: Mapping[str, Any], key: str, where: str) -> dict[str, float]:
    """Return numbers between 0 and 1 by name."""
    parts = object_at(record, key, where)
    return {without_surrogates(id): part_at(parts, id, f"{where}: {key}") for id in parts}


def object_at(record: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """Return an object."""
    value = record.get(key)
    if not isinstance(value, Mapping):
        raise _wrong(record, key, "an object", where)
    return value


def objects_at(record: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    """Return a list of objects."""
    values = record.get(key)
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        raise _wrong(record, key, "a list of objects", where)
    return values
