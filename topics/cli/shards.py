"""`topics classify` with a folder of parts as its output, on this machine or on many."""

from __future__ import annotations

import os

import typer

from topics.cli.console import progress_bar, tell
from topics.cli.options import model_folder, usage_error


def is_folder(output: str | None) -> bool:
    """Tell whether an output names a folder: it ends in a slash, or is in a store."""
    return output is not None and (output.endswith("/") or "://" in output)


def classify_to_folder(
    paths: list[str],
    model: str,
    format: str | None,
    output: str | None,
    jobs: int,
    context: str,
    split: list[str] | None,
    scheduler: str | None,
) -> None:
    """Turn options into values, run, and say what came of it."""
    from topics.scale.parts import WRITERS
    from topics.scale.run import classify_shards

    if output in (None, "-"):
        raise usage_error("--scheduler needs a folder for the parts; give -o FOLDER/")
    assert output is not None
    if scheduler is not None and jobs != 1:
        raise usage_error("--jobs is for this machine alone; with --scheduler its workers do the work")
    kind = format or "jsonl"
    if kind not in WRITERS:
        raise usage_error(f"--format {kind} cannot be in parts; expected {' or '.join(WRITERS)}")
    if any(_inside(output, path) for path in paths):
        raise usage_error(f"-o {output} is among the inputs; give another folder")
    failures = 0

    def told(line: str) -> None:
        nonlocal failures
        failures += 1
        tell(line)

    with progress_bar() as progress:
        summary = classify_shards(
            paths,
            output,
            model_folder(model),
            format=kind,
            context=context,
            split=split or (),
            jobs=jobs,
            scheduler=scheduler,
            on_error=told,
            progress=progress,
        )
    earlier = f" ({summary.before:,} done before)" if summary.before else ""
    rest = "" if summary.complete else " Not complete: run this again to try the shards that failed."
    tell(
        f"{output}: {summary.shards:,} shards{earlier}, {summary.briefings:,} briefings, "
        f"{summary.paragraphs:,} paragraphs.{rest}"
    )
    if failures:
        raise typer.Exit(1)


def _inside(output: str, path: str) -> bool:
    """Tell whether an output lies in a folder that is read: a run that goes on would read its own parts."""
    from topics.scale.places import absolute

    return os.path.join(absolute(output), "").startswith(os.path.join(absolute(path), ""))
