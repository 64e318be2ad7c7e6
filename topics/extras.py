"""Libraries that most users do not need, and the line that installs each."""

from __future__ import annotations

import importlib
from types import ModuleType

from topics.errors import InputError

# The same requirements as in pyproject.toml; a test compares them.
EXTRAS = {
    "documents": ("lxml-html-clean>=0.4", "pypdf>=6", "python-docx>=1.1", "trafilatura>=2.0"),
    "parquet": ("pyarrow>=18",),
    "scale": ("distributed>=2025.1", "fsspec>=2025.1"),
}


def import_extra(module: str, extra: str, where: str) -> ModuleType:
    """Import a library that comes with an extra.

    Raises
    ------
    InputError
        If it is not installed; the message ends with the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        packages = " ".join(f"'{package}'" for package in EXTRAS[extra])
        raise InputError(
            f"{where}: this needs the extra '{extra}', which is not installed; "
            f"install it: pip install {packages}"
        ) from None
