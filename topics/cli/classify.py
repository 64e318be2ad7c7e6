"""`topics classify`: briefings in, their topics out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from topics.cli.console import (
    Failures,
    Stopped,
    format_for,
    progress_bar,
    raise_if_nothing,
    refuse_to_overwrite,
    sigterm_as_interrupt,
    tell,
    terminal_width,
    use_color,
    write,
)
from topics.cli.options import (
    DEFAULT_MODEL,
    Jobs,
    ModelName,
    Output,
    Paths,
    Scheduler,
    Split,
    model_folder,
    usage_error,
)
from topics.cli.shards import classify_to_folder, is_folder
from topics.errors import TopicsError, listed

if TYPE_CHECKING:
    from topics.classification.prediction import Prediction
    from topics.corpus.topic_list import TopicList
    from topics.output.stream import ChunkClassifier, Classified
    from topics.storage.resumable import ResumableFile

Format = Literal["table", "json", "jsonl", "csv", "html", "ninjs", "parquet"]
BY_SUFFIX = {
    ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".html": "html", ".htm": "html", ".parquet": "parquet",
}  # fmt: skip
RESUMABLE = ("jsonl", "ninjs", "csv")


def classify(
    paths: Paths,
    model: ModelName = DEFAULT_MODEL,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="By default after the output's name, else table.")
    ] = None,
    output: Output = None,
    jobs: Jobs = 1,
    context: Annotated[
        Literal["full", "none"], typer.Option(help="none: judge each paragraph by its own words alone.")
    ] = "full",
    split: Split = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on where the same command was interrupted, into a file of jsonl, ninjs or csv; "
            "if it was not, begin at the beginning.",
        ),
    ] = False,
    scheduler: Scheduler = None,
) -> None:
    """Say which topic each paragraph of a briefing belongs to.

    Example:  topics classify briefing.txt

    \b
    topics classify reports/ -o results.jsonl        a folder, a result a line
    curl -s URL | topics classify -                  standard input
    topics classify corpus.jsonl -f csv --jobs 2     a row a paragraph
    topics classify c.jsonl -o out.jsonl --resume    go on after Ctrl-C
    topics classify shards/ -o parts/                a file in parts/ for each of shards/

    A probability stands beside each paragraph; ? marks those that a person
    should look at. Broken inputs are named on stderr and the rest is done.
    """
    if scheduler is not None or is_folder(output):
        if resume:
            raise usage_error("--resume is for one file; a run into a folder goes on by itself")
        classify_to_folder(paths, model, format, output, jobs, context, split, scheduler)
        return
    kind = format_for(output, format, BY_SUFFIX, "table")
    refuse_to_overwrite(output, paths)
    _refuse_what_does_not_go_together(kind, output, paths, resume)
    folder = model_folder(model)
    try:
        with sigterm_as_interrupt():
            from topics.output.stream import ChunkClassifier

            run = _Run(paths, ChunkClassifier(str(folder), kind, context, tuple(split or ())), jobs, output)
            if kind in RESUMABLE and _goes_to_a_file(output) and "-" not in paths:
                _to_resumable_file(run, str(output), resume)
            elif kind == "parquet":
                _to_parquet(run, str(output))
            else:
                # Closed, and its processes with it, also if it is writing that fails.
                with contextlib.closing(_pieces(run)) as pieces:
                    write(pieces, output)
    except KeyboardInterrupt as interrupt:
        raise Stopped(interrupt) from None
    if run.failures.count:
        raise typer.Exit(1)


class _Run:
    """One pass over the inputs: what is done so far, and what failed."""

    def __init__(self, paths: list[str], classifier: ChunkClassifier, jobs: int, output: str | None) -> None:
        self.paths, self.classifier, self.output = paths, classifier, output
        self.jobs = min(jobs, os.cpu_count() or 1)
        self.failures = Failures()
        self.n_briefings = 0
        classifier.model  # noqa: B018  a model that cannot be read is told before any work

    def results(self, after: int = 0) -> Generator[Classified, None, None]:
        """Yield what came of each chunk, and tell what failed in it; the first records may be left out."""
        from topics.corpus.readers import no_such_split, read_chunks
        from topics.output.processes import in_order

        met: set[str] = set()
        chunks = read_chunks(*self.paths, after=after)
        with (
            progress_bar(self.output not in (None, "-")) as progress,
            contextlib.closing(in_order(self.classifier, chunks, self.jobs)) as results,
        ):
            for done in results:
                self.n_briefings += done.briefings
                met |= done.splits
                if progress:
                    progress("briefings", self.n_briefings, 0)
                yield done
                for failure in done.failures:
                    self.failures.add(failure)
        if not self.n_briefings:  # before the output takes its name
            if met:
                raise no_such_split(self.paths, self.classifier.splits, met)
            raise_if_nothing(0, self.failures)
            raise typer.Exit(1)


def _to_resumable_file(run: _Run, output: str, resume: bool) -> None:
    """Write lines to a file that can be gone on with."""
    from topics import __version__
    from topics.corpus.readers import state_of
    from topics.output.formats import CSV_HEADER
    from topics.storage.resumable import ResumeError, resumable_file

    classifier = run.classifier
    same = {
        "version": __version__,
        "model": classifier.model.fingerprint,
        "format": classifier.format,
        "context": classifier.context,
        "split": sorted(classifier.splits),
        "inputs": [state_of(path) for path in run.paths],
    }
    file: ResumableFile | None = None
    try:
        with resumable_file(output, same, resume=resume) as file:
            before = file.progress
            run.n_briefings, run.failures.count = before.briefings, before.failures
            if before.finished:
                return
            if classifier.format == "csv" and not before.bytes:
                file.add(CSV_HEADER.encode("utf-8"))
            with contextlib.closing(run.results(before.records)) as results:
                for done in results:
                    file.add(done.output, done.records, done.briefings, len(done.failures))
    except ResumeError as error:
        raise usage_error(str(error)) from None
    except KeyboardInterrupt as interrupt:
        if file is None or not file.kept:
            raise
        raise Stopped(interrupt, _how_to_go_on(file)) from None
    except TopicsError as error:
        if file is None or not file.kept:
            raise
        tell(str(error))
        tell(_how_to_go_on(file))
        raise typer.Exit(1) from None


def _to_parquet(run: _Run, output: str) -> None:
    """Write a table, whole or not at all."""
    from topics.output.parquet import write_parquet
    from topics.storage.files import whole_file

    with whole_file(output) as file, contextlib.closing(run.results()) as results:
        write_parquet((done.output for done in results), file)


def _how_to_go_on(file: ResumableFile) -> str:
    n = file.progress.briefings
    return f"{n:,} briefing{'s are' if n != 1 else ' is'} done; the same command with --resume goes on."


def _pieces(run: _Run) -> Generator[str | bytes, None, None]:
    """Yield the output in any format but Parquet."""
    from topics.output.formats import CSV_HEADER
    from topics.output.stream import LINE_FORMATS

    kind = run.classifier.format
    with contextlib.closing(run.results()) as results:
        if kind not in LINE_FORMATS:
            predictions = (prediction for done in results for prediction in done.output)
            yield from _written(kind, predictions, run.classifier.model.topics, run.output)
            return
        header = CSV_HEADER if kind == "csv" else ""
        for done in results:
            yield header.encode("utf-8") + done.output
            header = ""


def _written(
    kind: str, predictions: Iterable[Prediction], topics: TopicList, output: str | None
) -> Iterator[str]:
    """Yield predictions as pieces of text that are not just joined lines; each writer is loaded only if wanted."""
    if kind == "html":
        from topics.output.page import prediction_page

        yield from prediction_page(predictions, topics)
    elif kind == "json":
        from topics.output.formats import json_list

        yield from json_list(predictions, topics)
    else:
        from topics.output.table import prediction_table

        for number, prediction in enumerate(predictions):
            if number:
                yield "\n"
            yield prediction_table(prediction, topics, terminal_width(), use_color(output))


def _goes_to_a_file(output: str | None) -> bool:
    """Tell whether the output is a file or will be one, not a pipe or a device."""
    return output not in (None, "-") and (os.path.isfile(output) or not os.path.exists(output))


def _refuse_what_does_not_go_together(kind: str, output: str | None, paths: list[str], resume: bool) -> None:
    if kind == "parquet" and output in (None, "-"):
        raise usage_error("parquet is not for standard output; give a file with -o")
    if not resume:
        return
    if kind not in RESUMABLE:
        raise usage_error(
            f"--resume goes with {listed(RESUMABLE)}; {kind} is written whole or not at all, so leave it out"
        )
    if not _goes_to_a_file(output):
        raise usage_error("--resume needs a file to go on with; give one with -o")
    if "-" in paths:
        raise usage_error("--resume cannot read standard input a second time; give a file, or leave it out")
