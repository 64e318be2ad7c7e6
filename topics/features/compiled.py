"""Whether to read with the compiled kernel: worth its loading only where there is much to read."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

# The plain way reads so many characters in about the time that the kernel takes to load.
MUCH = 1_000_000

_kernel: ModuleType | None = None
_read = 0


def compiled_for(texts: Sequence[str]) -> ModuleType | None:
    """Return the kernel once this process has much to read, and None before; both ways give equal bytes."""
    global _read
    if _kernel is None:
        _read += sum(map(len, texts))
        if _read >= MUCH:
            load()
    return _kernel


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
