"""Where models are found: a name is looked up in ``./models``, then in the package; a path is a folder."""

from __future__ import annotations

import os
from pathlib import Path

from topics.classification.model import Model
from topics.errors import BundleError, did_you_mean, listed
from topics.storage.bundle import CHECKSUMS


def load(model: str | os.PathLike[str] = "starter") -> Model:
    """Load a model by name or folder.

    Parameters
    ----------
    model : str or path, default="starter"
        A name, or a folder if it holds a slash or is no string.

    Raises
    ------
    BundleError
        If there is none, or it is damaged or too new.
    """
    return Model.load(find(model))


def find(model: str | os.PathLike[str]) -> Path:
    """Return the folder of a model, given by name or path.

    Raises
    ------
    BundleError
        If no model has that name; the message lists those that are found.
    """
    if not isinstance(model, str) or "/" in model or os.sep in model:
        return Path(model)
    if len(model) > 200:
        raise BundleError(f"'{model[:40]}…' is too long for the name of a model.")
    found = available()
    if model not in found:
        hint = f" If it is a folder, write ./{model}." if Path(model).is_dir() else ""
        raise BundleError(
            f"'{model}' is not the name of a model; found: {listed(found) or 'none'}."
            f"{did_you_mean(model, found)}{hint}"
        )
    return found[model]


def available() -> dict[str, Path]:
    """Return the models that are found, name → folder; those in ``./models`` come before the package's."""
    found: dict[str, Path] = {}
    for home in (Path("models"), _shipped()):
        if home.is_dir():
            for folder in sorted(home.iterdir()):
                if not folder.name.startswith(".") and (folder / CHECKSUMS).is_file():
                    found.setdefault(folder.name, folder)
    return found


def _shipped() -> Path:
    """Return the folder of the models that come with the package.

    An installed package has it inside; in a checkout it stands beside.
    """
    inside = Path(__file__).parent / "models"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "models"
