"""The package's shape: imports point one way, heavy libraries load only where they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "topics"

# From the ground up: a module imports from its own layer's folder or from layers above it in this list.
LAYERS = [
    "topics.errors",
    "topics.extras",
    "topics.threads",
    "topics.jit",
    "topics.storage",
    "topics.corpus",
    "topics.features",
    "topics.segmentation",
    "topics.classification",
    "topics.clustering",
    "topics.evaluation",
    "topics.models",
    "topics.output",
    "topics.scale",
    "topics.cli",
    "topics.__main__",
]
# The package itself (`topics/__init__.py`) stands apart: it names everything and loads nothing.
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module: str) -> int:
    found = [i for i, layer in enumerate(LAYERS) if module == layer or module.startswith(f"{layer}.")]
    assert found, f"{module} is in no layer: add it to LAYERS"
    return found[0]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path):
    own = layer_of(name_of(path))
    for module in imports_of(path):
        if module.startswith("topics."):
            assert layer_of(module) <= own, f"{name_of(path)} imports {module}, which stands above it"


HOMES = {
    "typer": "topics.cli",
    "rich": "topics.cli",
    "sklearn": ("topics.classification", "topics.clustering"),
    "matplotlib": "topics.output.charts",
    "distributed": "topics.scale",
    "dask": "topics.scale",
    "fsspec": "topics.scale",
    "numba": "topics.jit",
    "scipy": ("topics.classification", "topics.clustering", "topics.features", "topics.threads"),
}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_stay_where_they_belong(path):
    for module in imports_of(path):
        home = HOMES.get(module.split(".")[0])
        assert home is None or name_of(path).startswith(home), f"{name_of(path)} imports {module}"


def loaded_by(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(output.split())


HEAVY = {
    "sklearn",
    "scipy",
    "matplotlib",
    "joblib",
    "rich",
    "pandas",
    "numba",
    "distributed",
    "dask",
    "fsspec",
}


def test_import_topics_loads_next_to_nothing():
    assert not (HEAVY | {"numpy", "typer"}) & loaded_by("import topics")


def test_the_command_line_starts_without_numpy():
    assert not (HEAVY | {"numpy"}) & loaded_by("import topics.cli.app")


def test_classifying_loads_no_heavy_library():
    code = "import topics; topics.load('starter').classify(topics.Briefing.from_text('Syria.'))"
    assert not (HEAVY | {"concurrent.futures"}) & loaded_by(code)


def test_public_names_are_those_that_import():
    import topics

    assert topics.__all__ == ["__version__", *sorted(topics.__all__[1:], key=lambda n: (n[0].islower(), n))]
    assert all(getattr(topics, name) is not None for name in topics.__all__)
    assert set(topics.__all__) <= set(dir(topics))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        topics.nonsense  # noqa: B018


def test_extras_are_the_same_in_the_package_and_its_metadata():
    import tomllib

    from topics.extras import EXTRAS

    declared = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert {extra: list(packages) for extra, packages in EXTRAS.items()} == {
        extra: declared[extra] for extra in EXTRAS
    }
