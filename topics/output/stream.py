"""A corpus of any length, classified in pieces: what one process does with one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from topics.classification.model import Model
from topics.classification.prediction import Prediction
from topics.corpus.briefing import Briefing
from topics.corpus.readers import Chunk, split_of
from topics.corpus.streams import Lines
from topics.corpus.topic_list import TopicList
from topics.errors import BundleError, InputError
from topics.output.formats import csv_lines, json_lines, ninjs

LINE_FORMATS: dict[str, Callable[[Iterable[Prediction], TopicList], Iterator[str]]] = {
    "jsonl": json_lines,
    "ninjs": ninjs,
    "csv": csv_lines,
}


@dataclass(frozen=True, slots=True)
class Classified:
    """What came of a chunk.

    Parameters
    ----------
    output : bytes, pyarrow.Table or list of Prediction
        By the format: of lines, Parquet, or any other.
    records : int
        Of the input.
    briefings : int
        Classified ones.
    failures : list of str
        Why records are none, a line each.
    splits : set of str
        That occurred, if some were asked for.
    """

    output: Any
    records: int
    briefings: int
    failures: list[str]
    splits: set[str]


class ChunkClassifier:
    """A function *chunk → Classified* that can be sent to another process, which then loads the model itself.

    Parameters
    ----------
    folder : str
        The model's.
    format : str
    context : str, default="full"
        With "none", paragraphs are judged by their own words alone.
    splits : tuple of str
        Keep briefings of these splits only; empty for all.
    fingerprint : str
        The model has to have it; empty for any.
    """

    def __init__(
        self,
        folder: str,
        format: str,
        context: str = "full",
        splits: tuple[str, ...] = (),
        fingerprint: str = "",
    ) -> None:
        self.folder, self.format, self.context, self.splits = folder, format, context, splits
        self.fingerprint = fingerprint

    def __reduce__(self) -> tuple[Any, ...]:
        # The other process takes the same model, or none.
        settings = (self.folder, self.format, self.context, self.splits, self.model.fingerprint)
        return ChunkClassifier, settings

    @cached_property
    def model(self) -> Model:
        """Load the model, on first use."""
        model = Model.load(self.folder)
        if self.fingerprint not in ("", model.fingerprint):
            raise BundleError(f"{self.folder}: was replaced while it was used; start again.")
        return model.independent() if self.context == "none" else model

    def __call__(self, chunk: Chunk) -> Classified:
        """Parse a chunk, classify it, and write its results."""
        done = Classified(None, len(chunk), 0, [], set())
        predictions = list(self.model.classify_many(self._briefings(chunk, done)))
        return Classified(
            self._written(predictions), done.records, len(predictions), done.failures, done.splits
        )

    def _briefings(self, chunk: Chunk, done: Classified) -> Iterator[Briefing]:
        """Yield the briefings that are wanted, and note what else is there."""
        for briefing in chunk.briefings() if isinstance(chunk, Lines) else chunk:
            if isinstance(briefing, InputError):
                done.failures.append(str(briefing))
                continue
            if self.splits:
                done.splits.add(split_of(briefing))
                if split_of(briefing) not in self.splits:
                    continue
            yield briefing

    def _written(self, predictions: list[Prediction]) -> Any:
        if self.format in LINE_FORMATS:
            return "".join(LINE_FORMATS[self.format](predictions, self.model.topics)).encode("utf-8")
        if self.format == "parquet":
            from topics.output.parquet import paragraph_table

            return paragraph_table(predictions)
        return predictions
