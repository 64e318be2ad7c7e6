"""`topics train`: a labelled corpus in, a model out."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from topics.cli.console import progress_bar, tell, write
from topics.cli.options import Corpus, Scheduler, Seed, Split, Topics, topic_list
from topics.errors import TrainingError, listed

if TYPE_CHECKING:
    from topics.features.background import Background


def train(
    corpus: Corpus,
    output: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="Folder for the model.")],
    topics: Topics = None,
    background: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH", help="Any unlabelled corpus, or a table of words; tells how common words are."
        ),
    ] = None,
    relabelled: Annotated[
        list[str] | None,
        typer.Option("--relabel", metavar="PATH", help="Labels here replace those of the same paragraphs."),
    ] = None,
    test: Annotated[
        list[str] | None,
        typer.Option(metavar="CORPUS", help="Evaluate on this afterwards; may be given again."),
    ] = None,
    split: Split = None,
    test_split: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="As --split, for the test corpus.")
    ] = None,
    seed: Seed = 0,
    scheduler: Scheduler = None,
) -> None:
    """Train a model on a labelled corpus.

    Example:  topics train corpus.jsonl -o models/mine

    \b
    topics train data.jsonl --split train -o models/mine --test data.jsonl --test-split test
    topics train train.csv -o models/mine --test test.csv
    topics train seeds/ -o models/mine --topics seeds/topics.toml
    topics train corpus.jsonl --relabel found/promoted -o models/mine   see promote

    The scores shown are measured on briefings that were held out. An older
    model in the folder is replaced once the new one is complete. Settings are
    searched on 12,000 paragraphs at most. Files of any size will do: they are
    read several times rather than kept.
    """
    from topics.classification.training import train as train_model
    from topics.corpus.passes import HELD, Passes
    from topics.corpus.readers import read_corpus
    from topics.corpus.relabelling import relabel
    from topics.evaluation.report import evaluate
    from topics.output.table import report_table
    from topics.scale.machines import on_cluster
    from topics.storage.bundle import CHECKSUMS
    from topics.storage.files import check_folder

    check_folder(output, CHECKSUMS)  # before the work, not after it
    known = topic_list(topics, corpus)
    began = time.monotonic()
    try:
        with on_cluster(scheduler), progress_bar() as progress:
            model = train_model(
                Passes(
                    lambda: relabel(read_corpus(*corpus, split=split), read_corpus(*(relabelled or ()))),
                    sys.maxsize if "-" in corpus else HELD,  # standard input can be read once
                ),
                topics=known,
                background=_background(background),
                name=os.path.basename(os.path.abspath(output)),
                seed=seed,
                progress=progress,
            )
    except TrainingError as error:
        raise TrainingError(f"{listed(corpus, 2)}: {error}") from None
    model = model.save(output)
    counts, settings, scores = (model.training[part] for part in ("corpus", "settings", "held_out"))
    review = scores["review"]
    tell(
        f"{output}: {counts['briefings']:,} briefings, {counts['paragraphs']:,} labelled paragraphs, "
        f"{len(model.topics)} topics. Held-out accuracy {scores['accuracy']:.3f}, macro-F1 {scores['macro_f1']:.3f}; "
        f"{review['coverage']:.0%} of the paragraphs need no review.\n"
        f"Trained in {time.monotonic() - began:.0f} s; the best of {len(model.training['tried'])} settings: "
        f"{settings['terms']}, C {settings['C']:g}."
    )
    if test:
        report = evaluate(model, read_corpus(*test, split=test_split))
        write([report_table(report)], None)
    else:
        tell(f"Try it:  topics classify PATH --model {output if '/' in output else './' + output}")


def _background(paths: list[str] | None) -> Background | None:
    """Count the words of a corpus, or read a table of such counts."""
    from topics.corpus.readers import read_corpus
    from topics.features.background import Background

    if not paths:
        return None
    if len(paths) == 1 and Background.is_table(paths[0]):
        return Background.read(paths[0])
    return Background.count(text for briefing in read_corpus(*paths) for text in briefing.texts)
