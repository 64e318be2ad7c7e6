"""Computing in one thread, since sums in several threads depend on their number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Let the libraries that a function calls compute in one thread, so that every machine gets the same.

    Needed by what is called, and again by each function that then runs in a
    thread of its own. Many small products can be faster for it, too.
    """

    @functools.wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return function(*args, **kwargs)

    return limited
