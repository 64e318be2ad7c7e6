"""What every web page begins and ends with: style, colours of topics, title, notes.

A page is one file that stands alone: no script, no network, and a policy in it
that forbids both. All text is escaped where it enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from topics.corpus.topic_list import TopicList

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Look:
    """How a topic is shown.

    Parameters
    ----------
    name : str
        For people, escaped.
    css : str
        The class that gives its colour.
    content : bool
        Whether it is a subject.
    """

    name: str
    css: str
    content: bool


def looks_of(topics: TopicList) -> dict[str, Look]:
    """Return each topic's look by its id."""
    return {
        topic.id: Look(escape(topic.name), f"t{number}", topic.content) for number, topic in enumerate(topics)
    }


def head(title: str, topics: TopicList, facts: str = "") -> str:
    """Return a page up to where its content begins.

    Parameters
    ----------
    title : str
        Also its one heading of the first level.
    topics : TopicList
        Their colours are the classes of `looks_of`.
    facts : str
        A line below the title; both are escaped here.
    """
    colors = "".join(
        f".t{number}{{--c:{escape(topic.color)}{'' if topic.content else ';--size:.85rem;--text:var(--soft)'}}}"
        for number, topic in enumerate(topics)
    )
    below = f'<p class="fact" dir="auto">{escape(facts)}</p>\n' if facts else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}{colors}\n</style>\n</head>\n<body>\n"
        f'<header>\n<h1 dir="auto">{escape(title)}</h1>\n{below}</header>\n'
    )


def foot(*notes: str) -> str:
    """Return the end of a page, with notes."""
    lines = "".join(f'<p dir="auto">{escape(note)}</p>\n' for note in notes if note)
    return f"<footer>\n{lines}</footer>\n</body>\n</html>\n"


def table(
    label: str, columns: Iterable[str], rows: Iterable[tuple[str, Sequence[str]]], css: str = ""
) -> Iterator[str]:
    """Yield a table; where it is too wide for the screen, it scrolls by itself, by keyboard too.

    Parameters
    ----------
    label : str
        What it shows.
    columns : iterable of str
        Their names.
    rows : iterable of (str, sequence of str)
        The row's name and its other cells; all of it is HTML already.
    css : str
        The table's class.
    """
    heads = "".join(f'<th scope="col">{name}</th>' for name in columns)
    yield (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">\n'
        f"<table{f' class={css}' if css else ''}>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
    for name, cells in rows:
        yield f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'
    yield "</tbody>\n</table>\n</div>\n"


def bar(share: float) -> str:
    """Return a bar as long as a part of its cell."""
    return f'<span class="bar" style="width: {share:.1%}"></span>'


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "briefing"), plural(1200, "paragraph")
    ('1 briefing', '1,200 paragraphs')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"
