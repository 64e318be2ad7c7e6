"""The model card: what a person should know before using a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from topics.corpus.topic_list import TopicList


def model_card(name: str, topics: TopicList, training: Mapping[str, Any], review_below: float) -> str:
    """Return a model's description as Markdown.

    Parameters
    ----------
    name : str
    topics : TopicList
    training : mapping
        As in `Model.training`.
    review_below : float
    """
    corpus, held_out, review = training["corpus"], training["held_out"], training["held_out"]["review"]
    rows = "\n".join(
        f"| {_cell(topic.id)} | {_cell(topic.name)} | {corpus['labels'][topic.id]:,} | {_cell(topic.description)} |"
        for topic in topics
    )
    settings = ", ".join(f"{key} {value}" for key, value in training["settings"].items())
    versions = ", ".join(f"{key} {value}" for key, value in training["versions"].items())
    kept = (
        f"at {review_below:.3f} and above, {review['coverage']:.0%} of the paragraphs, "
        f"{review['accuracy']:.1%} are right"
        if review["accuracy"] is not None
        else "all are"
    )
    return f"""# {name}

Reads a briefing as a sequence of paragraphs and gives each one topic.

## Topics

| topic | name | paragraphs | description |
|---|---|---|---|
{rows}

## Training

{corpus["briefings"]:,} briefings, {corpus["paragraphs"]:,} paragraphs ({corpus["unlabelled"]:,} without label),
corpus {corpus["fingerprint"]}.

Settings, the best of {len(training["tried"])} by held-out likelihood: {settings}. Versions: {versions}.

## Scores

Each briefing judged by models trained on the others: accuracy {held_out["accuracy"]:.3f},
macro-F1 {held_out["macro_f1"]:.3f}. Paragraphs less probable than {review_below:.3f} are marked
for review; {kept}. Texts of another kind than the training corpus will do worse:
measure with `topics evaluate` on your own.

## Limits

Every paragraph gets exactly one topic of this list, also where none fits or several do.
The model knows words, not facts; it can't tell whether what a text says is true.
"""


def _cell(text: str) -> str:
    """Return a text as it may stand in a table: on one line, without codes that steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text).replace("|", "\\|")
