"""`topics cluster`: briefings in, what they speak of out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from topics.cli.console import (
    Failures,
    progress_bar,
    raise_if_nothing,
    refuse_to_overwrite,
    tell,
    terminal_width,
    use_color,
    write,
)
from topics.cli.options import Paths, Scheduler, Seed, Split, complete_models, load_model, usage_error
from topics.errors import InputError, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from topics.clustering.tracking import Earlier
    from topics.corpus.briefing import Briefing

Unit = Literal["paragraph", "segment", "briefing"]


def cluster(
    paths: Paths,
    k: Annotated[
        str, typer.Option("--k", "-k", metavar="auto|N", help="Number of clusters; auto: chosen.")
    ] = "auto",
    unit: Annotated[Unit, typer.Option(help="What is clustered.")] = "paragraph",
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="Leave out its boilerplate; show apart what it calls other or is unsure of.",
            autocompletion=complete_models,
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="DIR", help="Folder for tables, map and page.")
    ] = None,
    split: Split = None,
    seed: Seed = 0,
    scheduler: Scheduler = None,
) -> None:
    """Find what briefings speak of, without labels.

    Example:  topics cluster reports/ -o clusters/

    \b
    topics cluster corpus.jsonl --k 20                 a given number of clusters
    topics cluster corpus.jsonl -m starter -o found/   where do known topics end?
    topics promote found/ 7 --as gaza-talks            make cluster 7 a topic

    k-means on TF-IDF; each cluster is named by its most telling terms. The
    folder gets clusters.json, paragraphs.csv, clusters.png and report.html.
    Clusters that were in the folder before keep their ids if they are still
    there. The same seed gives the same clusters, on any number of cores.
    """
    from topics.clustering.clusters import cluster as find_clusters
    from topics.corpus.readers import read_corpus
    from topics.output.cluster_table import cluster_table
    from topics.scale.machines import on_cluster

    wanted = _number(k)
    chosen = None if model is None else load_model(model)
    earlier = None if output is None else _checked(output, paths, unit)
    failures = Failures()
    count = 0

    def counted() -> Iterator[Briefing]:
        nonlocal count
        for briefing in read_corpus(*paths, split=split, on_error=failures.add):
            count += 1
            yield briefing
        raise_if_nothing(count, failures)

    try:
        with on_cluster(scheduler), progress_bar() as progress:
            found = find_clusters(
                counted(), k=wanted, unit=unit, model=chosen, seed=seed, earlier=earlier, progress=progress
            )
            if output is not None:
                from topics.output.cluster_folder import write_clusters

                write_clusters(found, output)
    except InputError as error:
        if not count:
            if failures.count:
                raise typer.Exit(1) from None
            raise
        raise InputError(f"{listed(paths, 2)}: {error}") from None
    write([cluster_table(found, terminal_width(), use_color(None))], None)
    if output is not None:
        tell(f"{output}: clusters.json, paragraphs.csv, clusters.png, report.html.")
    if failures.count:
        raise typer.Exit(1)


def _number(k: str) -> int | Literal["auto"]:
    if k == "auto":
        return "auto"
    if k.isdecimal() and int(k) >= 1:
        return int(k)
    raise usage_error(f"--k {k} is no number of clusters; expected auto or a whole number from 1")


def _checked(output: str, paths: list[str], unit: Unit) -> Earlier | None:
    """Make sure that the folder can be written, before the work; return the clustering it holds."""
    from topics.output.cluster_folder import read_earlier
    from topics.output.summaries import RECORD
    from topics.storage.files import check_folder

    refuse_to_overwrite(output, paths)
    check_folder(output, RECORD)
    return read_earlier(output, unit)
