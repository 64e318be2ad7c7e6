"""Whether to read with the compiled kernel: worth its loading only where there is much to read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

# The plain way reads so many characters in about the time that the kernel takes to load,
# or, where nothing that was compiled before is found beside it, to be compiled.
MUCH, MUCH_MORE = 1_000_000, 20_000_000

_kernel: ModuleType | None = None
_read = 0


def compiled_for(texts: Sequence[str]) -> ModuleType | None:
    """Return the kernel once this process has much to read, and None before; both ways give equal bytes."""
    global _read
    if _kernel is None:
        _read += sum(map(len, texts))
        if _read >= MUCH and _read >= worth_loading():
            load()
    return _kernel


@functools.cache
def worth_loading() -> int:
    """Return how many characters to read make it worth while to load the kernel."""
    kept = any((Path(__file__).parent / "__pycache__").glob("kernel.*.nbi"))
    return MUCH if kept else MUCH_MORE


def loaded() -> ModuleType | None:
    """Return the kernel if it was loaded before."""
    return _kernel


def load() -> ModuleType:
    """Load the kernel; the first time on a machine, it is compiled."""
    global _kernel
    if _kernel is None:
        from topics.features import kernel

        _kernel = kernel
    return _kernel
