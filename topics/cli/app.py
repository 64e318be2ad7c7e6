"""The command `topics`: its subcommands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer

from topics import __version__
from topics.cli import classify, corpus, evaluate, explain, models, train
from topics.cli.console import tell
from topics.errors import TopicsError, TopicsWarning

# Plain help: it starts in half the time of the decorated one.
app = typer.Typer(
    name="topics",
    help="Takes multi-topic briefings apart: a topic for every paragraph, where topics change, how sure, and why.\n\n"
    "Example:  topics classify briefing.txt",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("classify")(classify.classify)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("explain")(explain.explain)
app.command("models")(models.models)
app.add_typer(corpus.app, name="corpus")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"topics {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line: one line for each error, no traceback for what a user can cause."""
    warnings.showwarning = _show_warning
    try:
        app()
    except TopicsError as error:
        tell(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("interrupted; nothing was left half-written.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error, and Python must not tell it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Show our warnings as one line; those of libraries are not for users."""
    if issubclass(category, TopicsWarning):
        tell(f"warning: {message}")
