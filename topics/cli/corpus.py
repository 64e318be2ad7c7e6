"""`topics corpus check` and `topics corpus stats`."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from topics.cli.console import Failures, format_for, raise_if_nothing, tell, write
from topics.cli.options import Corpus, Output, Split, Topics, topic_list

app = typer.Typer(
    help="Look at a corpus: its problems, and what is in it.\n\nExample:  topics corpus stats corpus.jsonl",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def check(corpus: Corpus, topics: Topics = None, split: Split = None) -> None:
    """Name every record that cannot be read and every label that is no topic.

    Example:  topics corpus check corpus.jsonl --topics topics.toml
    """
    from topics.corpus.readers import read_corpus
    from topics.corpus.statistics import label_problems
    from topics.errors import InputError

    known = topic_list(topics, corpus)
    failures = Failures()
    seen: set[str] = set()
    n_paragraphs = n_labelled = n_briefings = 0
    for briefing in read_corpus(*corpus, split=split, on_error=failures.add):
        n_briefings += 1
        n_paragraphs += len(briefing.paragraphs)
        n_labelled += sum(label is not None for label in briefing.labels)
        if briefing.id in seen:
            failures.add(
                InputError(f"briefing '{briefing.id}': the id was used before; give each briefing its own.")
            )
        seen.add(briefing.id)
        if known is not None:
            for problem in label_problems(briefing, known):
                failures.add(problem)
    raise_if_nothing(n_briefings, failures)
    checked = f"{n_briefings:,} briefings, {n_paragraphs:,} paragraphs, {n_labelled:,} labelled"
    if failures.count:
        tell(f"{checked}: {failures.count:,} problem{'s' * (failures.count != 1)}.")
        raise typer.Exit(1)
    print(f"{checked}: no problems.")


@app.command()
def stats(
    corpus: Corpus,
    errors: Annotated[
        int, typer.Option(min=0, metavar="N", help="Also list the N labels that are most likely wrong.")
    ] = 0,
    duplicates: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Also list N paragraphs that nearly repeat an earlier one."),
    ] = 0,
    format: Annotated[Literal["table", "json"] | None, typer.Option("--format", "-f")] = None,
    output: Output = None,
    topics: Topics = None,
    split: Split = None,
) -> None:
    """Count briefings, paragraphs and words, by topic and by source.

    Example:  topics corpus stats corpus.jsonl --errors 20

    With --errors, each briefing is judged by models trained on the others, and
    labels that they disagree with are listed, the most doubtful first. With
    --duplicates, paragraphs that nearly repeat an earlier one; those whose
    labels differ come first.
    """
    from topics.corpus.readers import read_corpus
    from topics.corpus.statistics import corpus_statistics
    from topics.evaluation.doubts import label_doubts
    from topics.output.table import doubts_table, duplicates_table, statistics_table

    kind = format_for(output, format, {".json": "json"}, "table")
    failures = Failures()
    statistics = corpus_statistics(read_corpus(*corpus, split=split, on_error=failures.add))
    raise_if_nothing(statistics.briefings, failures)
    if not statistics.briefings:  # why was told line by line
        raise typer.Exit(1)
    doubts = []
    if errors:
        readable = read_corpus(*corpus, split=split, on_error=lambda error: None)  # told above
        doubts = label_doubts(readable, topic_list(topics, corpus))
    if kind == "json":
        result = statistics.to_dict()
        if duplicates:
            pairs = statistics.near_duplicates[:duplicates]
            result["near_duplicates"]["list"] = [pair.to_dict() for pair in pairs]
        if errors:
            result["likely_errors"] = [doubt.to_dict() for doubt in doubts[:errors]]
        write([json.dumps(result, ensure_ascii=False, indent=1) + "\n"], output)
    else:
        pieces = [statistics_table(statistics)]
        if duplicates:
            pieces.append(duplicates_table(statistics.near_duplicates, duplicates))
        if errors:
            pieces.append(doubts_table(doubts, errors))
        write(pieces, output)
    if failures.count:
        raise typer.Exit(1)
