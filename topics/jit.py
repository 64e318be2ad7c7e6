"""Functions compiled by numba: kept on disk where that is possible, compiled anew in each process where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called; it gives up Python's lock and divides as NumPy does."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a function as a part of those that call it.

    For what is called for every word: a call would count references to each array.
    """
    return _compiled(function, inline="always")


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    options |= {"nogil": True, "error_model": "numpy"}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written
        return numba.njit(**options)(function)
