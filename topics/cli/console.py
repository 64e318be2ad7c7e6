"""What all commands share: where results go, how errors are told, progress."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import typer

from topics.errors import InputError, OutputError, TopicsError, listed
from topics.storage.files import whole_file


class Failures:
    """Inputs that failed: each is told on one line of stderr, the rest goes on."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, error: TopicsError | str) -> None:
        """Tell an error."""
        self.count += 1
        tell(str(error))


def tell(message: str) -> None:
    """Write one line to stderr."""
    print(message.replace("\n", " "), file=sys.stderr)


class Stopped(Exception):  # noqa: N818  it is no error
    """Ctrl-C or SIGTERM, with what is to be said about it and the exit code."""

    def __init__(self, interrupt: KeyboardInterrupt, message: str = "nothing was left half-written.") -> None:
        terminated = isinstance(interrupt, Terminated)
        super().__init__(f"{'terminated' if terminated else 'interrupted'}; {message}")
        self.code = 143 if terminated else 130


class Terminated(KeyboardInterrupt):
    """SIGTERM: ends the work as Ctrl-C does."""


@contextlib.contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Raise `Terminated` on SIGTERM, so that what was begun is put away."""
    if threading.current_thread() is not threading.main_thread():  # others hear no signals
        yield
        return

    def stop(*_: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def write(pieces: Iterable[str | bytes], output: str | None) -> None:
    """Write pieces of text to a file, whole or not at all, or to standard output.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    if output is None or output == "-":
        if sys.stdout is None:
            raise OutputError("standard output is closed; give a file with -o.")
        for piece in pieces:
            try:
                sys.stdout.buffer.write(_bytes(piece))
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                raise
            except OSError as error:
                raise OutputError(
                    f"standard output: cannot be written ({error.strerror or error})."
                ) from None
        return
    with whole_file(output) as file:
        for piece in pieces:
            file.write(_bytes(piece))


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode("utf-8")


def format_for(output: str | None, given: str | None, by_suffix: dict[str, str], default: str) -> str:
    """Choose the output's format: the one given, else by the file's name, else the default."""
    if given is not None:
        return given
    suffix = os.path.splitext(output)[1].lower() if output else ""
    if suffix in ("", ".txt", ".part"):
        return default
    if suffix not in by_suffix:
        known = listed([*by_suffix, ".txt"])
        raise typer.BadParameter(
            f"-o {output}: '{suffix}' names no format; expected {known}, or give --format"
        )
    return by_suffix[suffix]


def terminal_width() -> int:
    """Return the width to lay tables out for, between 60 and 140 columns."""
    return max(60, min(140, shutil.get_terminal_size((100, 24)).columns))


def use_color(output: str | None) -> bool:
    """Tell whether to colour: on a terminal that has not asked for none (NO_COLOR), or where FORCE_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return output in (None, "-") and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def progress_bar(wanted: bool = True) -> Iterator[Callable[[str, int, int], None] | None]:
    """Show steps done, on a terminal and once the work has gone on for a second; yields None elsewhere.

    The function it yields takes what is being done, steps done, and steps in
    all (0 if unknown).
    """
    if not wanted or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()
    with contextlib.ExitStack() as shown:
        draw: Callable[[str, int, int], None] | None = None

        def update(what: str, done: int, steps: int) -> None:
            nonlocal draw
            if draw is None and time.monotonic() - began > 1:
                draw = shown.enter_context(_drawn_bar())
            if draw is not None:
                draw(what, done, steps)

        yield update


@contextlib.contextmanager
def _drawn_bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def draw(what: str, done: int, steps: int) -> None:
            bar.update(task, description=what, completed=done)
            bar.tasks[0].total = steps or None  # which `update` would leave as it was

        yield draw


def refuse_to_overwrite(output: str | None, inputs: Iterable[str]) -> None:
    """Refuse an output that is one of the inputs."""
    if output not in (None, "-") and os.path.realpath(output) in {os.path.realpath(path) for path in inputs}:
        raise typer.BadParameter(f"-o {output} is one of the inputs; give another name")


def raise_if_nothing(count: int, failures: Failures) -> None:
    """Refuse to go on when nothing could be read and that was not told yet."""
    if not count and not failures.count:
        raise InputError("no briefing was found; give a file or a folder that holds one.")
