"""`topics models`: which models there are, and what each was made from."""

from __future__ import annotations

from typing import Annotated

import typer

from topics.cli.console import tell, write
from topics.cli.options import complete_models, load_model


def models(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Show this model's card.", autocompletion=complete_models),
    ] = None,
) -> None:
    """List the models that are found, or show one model's card.

    Example:  topics models starter
    """
    from topics.classification.model import Model
    from topics.errors import BundleError
    from topics.models import available

    if name is not None:
        write([load_model(name).readme], None)
        return
    found = available()
    failed = False
    rows = []
    for model_name, folder in found.items():
        try:
            model = Model.load(folder)
        except BundleError as error:
            tell(str(error))
            failed = True
            continue
        scores, counts = model.training["held_out"], model.training["corpus"]
        rows.append(
            (
                model_name,
                str(len(model.topics)),
                f"{counts['paragraphs']:,}",
                f"{scores['accuracy']:.3f}",
                f"{scores['macro_f1']:.3f}",
                str(folder),
            )
        )
    header = ("model", "topics", "paragraphs", "accuracy", "macro-F1", "folder")
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if failed:
        raise typer.Exit(1)
