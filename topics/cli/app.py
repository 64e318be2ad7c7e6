"""The command `topics`: its subcommands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer

from topics import __version__
from topics.cli import classify, cluster, corpus, evaluate, explain, models, plot, promote, report, train
from topics.cli.console import Stopped, tell
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
app.command("cluster")(cluster.cluster)
app.command("promote")(promote.promote)
app.command("plot")(plot.plot)
app.command("report")(report.report)
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
    warnings.simplefilter("ignore")  # those of libraries are not for users
    warnings.simplefilter("always", TopicsWarning)
    warnings.showwarning = _show_warning
    try:
        # Not "standalone", so that wrong usage is told in one line too.
        code = app(prog_name="topics", standalone_mode=False)
    except typer.TyperException as error:
        sys.exit(_tell_usage(error))
    except Stopped as stop:
        tell(str(stop))
        sys.exit(_close_output(stop.code))
    except TopicsError as error:
        tell(str(error))
        code = 1
    except OSError as error:  # of standard output, when help or a version is printed
        tell(f"standard output: cannot be written ({error.strerror or error}).")
        code = 1
    if code == 130:
        tell("interrupted; nothing was left half-written.")
    sys.exit(_close_output(code))


def _close_output(code: int) -> int:
    """Flush standard output; what can't be written any more is told once, not again by Python itself."""
    if sys.stdout is None:
        return code
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if code == 0 and not isinstance(error, BrokenPipeError):
            tell(f"standard output: cannot be written ({error.strerror or error}).")
            return 1
    return code


def _tell_usage(error: typer.TyperException) -> int:
    """Say in one line what is wrong with the call; return the exit code."""
    message = error.format_message()
    if message.startswith("Usage:"):  # a command without arguments: its help
        print(message, file=sys.stderr)
        return 2
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "topics"
    message = message.removeprefix("Invalid value: ").replace("Value error, ", "").rstrip(".")
    tell(f"{command}: {message[0].lower()}{message[1:]}; see `{command} --help`.")
    return 2


def _show_warning(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Show a warning as one line."""
    tell(f"warning: {message}")
