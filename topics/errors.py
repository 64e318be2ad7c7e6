"""Everything that can go wrong for a user, as one small tree.

::

    TopicsError
    ├── InputError      a text, a corpus or a list of topics that cannot be read
    ├── BundleError     a model folder that is damaged, foreign or too new
    ├── TrainingError   labels from which nothing can be learned
    ├── OutputError     a file or folder that cannot be written
    └── SchedulerError  a scheduler that does not answer, or workers that cannot do the work

A message is one line: ``where: what is wrong; what was expected; what to do``.
A programmer's mistake (a wrong argument) is a ``ValueError`` instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TopicsError(Exception):
    """Base of all errors that a user can cause and mend."""


class InputError(TopicsError):
    """A text, a corpus or a list of topics cannot be read."""


class BundleError(TopicsError):
    """A model folder is missing, damaged, or written by a newer version."""


class TrainingError(TopicsError):
    """The labels given do not suffice to learn from."""


class OutputError(TopicsError):
    """A result could not be written; what stood there before is unharmed."""


class SchedulerError(TopicsError):
    """Other machines cannot be reached, or cannot do the work."""


class TopicsWarning(UserWarning):
    """Something a user should know, though the work goes on."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest known word, or nothing.

    >>> did_you_mean("siria", ["iran", "syria"])
    " Did you mean 'syria'?"
    >>> did_you_mean("weather", ["iran", "syria"])
    ''
    """
    by_lower_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), list(by_lower_case), n=1)
    return f" Did you mean '{by_lower_case[close[0]]}'?" if close else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """Return words joined by commas, cut after `most` of them.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    words = list(words)
    if len(words) <= most:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"
