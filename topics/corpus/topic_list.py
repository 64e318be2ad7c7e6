"""The closed list of topics that a corpus is labelled with, and its file ``topics.toml``."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, overload

from topics.errors import InputError, did_you_mean, listed

# Okabe and Ito's palette, told apart by the colour-blind and in print, then
# further hues of the same kind; grey is kept for what is no subject.
PALETTE = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#B8A500", "#6A3D9A",
    "#8C564B", "#1B9E77", "#A6761D", "#E7298A", "#4C78A8", "#66A61E", "#B15928", "#7570B3",
)  # fmt: skip
GREY = "#8A8A8A"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    Parameters
    ----------
    id : str
        The name used in files.
    name : str
        The name shown to people.
    description : str
    iptc : tuple of str
        IPTC Media Topics codes, such as ``medtop:20000056``.
    color : str
        ``#RRGGBB``.
    content : bool
        False for what is not a subject (boilerplate): it is predicted like any
        other topic and left out of segments and shares.
    terms : tuple of str
        Words that speak for the topic, for people to read.
    """

    id: str
    name: str
    description: str = ""
    iptc: tuple[str, ...] = ()
    color: str = GREY
    content: bool = True
    terms: tuple[str, ...] = ()


_KEYS = {field.name for field in fields(Topic)} - {"id"}


class TopicList(Sequence[Topic]):
    """A list of topics; the order is that of a model's columns.

    >>> topics = TopicList.from_labels(["syria", "boilerplate"])
    >>> topics.ids
    ['boilerplate', 'syria']
    >>> topics[0].content
    False
    """

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = tuple(topics)
        self.ids = [topic.id for topic in self._topics]
        self._index = {id: index for index, id in enumerate(self.ids)}
        if len(self._index) < len(self.ids):
            raise ValueError(f"a topic stands twice in {self.ids}")

    @classmethod
    def from_labels(cls, labels: Iterable[str]) -> TopicList:
        """Make a list of the labels of a corpus, sorted; ``boilerplate`` is no content."""
        return cls.from_records({label: {} for label in sorted(set(labels))})

    @classmethod
    def from_records(cls, records: Mapping[str, Mapping[str, Any]], where: str = "topics") -> TopicList:
        """Make a list of id → properties, as in ``topics.toml``.

        Raises
        ------
        InputError
            If a property is unknown or of the wrong kind.
        """
        topics = []
        colors = iter(PALETTE * (len(records) // len(PALETTE) + 1))
        for id, record in records.items():
            _check(id, record, where)
            content = record.get("content", id != "boilerplate")
            topics.append(
                Topic(
                    id=id,
                    name=record.get("name", id),
                    description=record.get("description", ""),
                    iptc=tuple(record.get("iptc", ())),
                    color=record.get("color") or (next(colors) if content else GREY),
                    content=content,
                    terms=tuple(record.get("terms", ())),
                )
            )
        return cls(topics)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> TopicList:
        """Read ``topics.toml``.

        Raises
        ------
        InputError
            If there is no such file, or it is no valid list of topics.
        """
        try:
            with open(path, "rb") as file:
                records = tomllib.load(file)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: is not valid TOML: {error}.") from None
        if not records:
            raise InputError(f'{path}: lists no topic; expected tables such as [syria] with name = "Syria".')
        return cls.from_records(records, str(path))

    def to_records(self) -> dict[str, dict[str, Any]]:
        """Return id → properties, the inverse of `from_records`."""
        return {
            topic.id: {
                key: list(v) if isinstance(v, tuple) else v for key, v in asdict(topic).items() if key != "id"
            }
            for topic in self
        }

    def to_toml(self) -> str:
        """Return the text of a ``topics.toml``, which `read` reads back equal."""
        tables = []
        for id, record in self.to_records().items():
            lines = [f"[{id if re.fullmatch(r'[A-Za-z0-9_-]+', id) else _toml(id)}]"]
            lines += [f"{key} = {_toml(value)}" for key, value in record.items() if value not in ("", [])]
            tables.append("\n".join(lines) + "\n")
        return "\n".join(tables)

    def index_of(self, label: str, where: str) -> int:
        """Return a label's place in the list.

        Raises
        ------
        InputError
            If it is not in the list; the message names the nearest that is.
        """
        index = self._index.get(label)
        if index is None:
            raise InputError(
                f"{where}: '{label}' is not a topic; expected {listed(self.ids)}.{did_you_mean(label, self.ids)}"
            )
        return index

    def only(self, ids: Iterable[str]) -> TopicList:
        """Return the list without all topics but these."""
        kept = set(ids)
        return TopicList(topic for topic in self if topic.id in kept)

    def __len__(self) -> int:
        return len(self._topics)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics)

    @overload
    def __getitem__(self, index: int) -> Topic: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Topic, ...]: ...
    def __getitem__(self, index: int | slice) -> Topic | tuple[Topic, ...]:
        return self._topics[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TopicList) and self._topics == other._topics

    def __hash__(self) -> int:
        return hash(self._topics)

    def __repr__(self) -> str:
        return f"TopicList({self.ids})"


def _toml(value: str | bool | list[str]) -> str:
    """Write a value as TOML, whose texts and lists are those of JSON but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _check(id: str, record: Any, where: str) -> None:
    place = f"{where}: [{id}]"
    if not id.strip():
        raise InputError(f"{where}: a topic's id is empty; give it a name.")
    if not isinstance(record, Mapping):
        raise InputError(
            f"{where}: '{id}' stands outside a table; expected [topic-id] with name = \"…\" below it."
        )
    for key, value in record.items():
        if key not in _KEYS:
            raise InputError(
                f"{place}: '{key}' is not known; expected {listed(sorted(_KEYS))}.{did_you_mean(key, _KEYS)}"
            )
        if key in ("iptc", "terms"):
            good = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
            expected = "a list of texts"
        elif key == "content":
            good, expected = isinstance(value, bool), "true or false"
        elif key == "color":
            good = isinstance(value, str) and re.fullmatch(r"#[0-9A-Fa-f]{6}", value) is not None
            expected = "a colour such as #0072B2"
        else:
            good, expected = isinstance(value, str), "a text"
        if not good:
            raise InputError(f"{place}: {key} = {value!r}; expected {expected}.")
