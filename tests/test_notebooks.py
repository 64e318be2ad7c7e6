"""Notebooks as they are committed. That they run from top to bottom is tested by nbmake, see pyproject.toml."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_BYTES = 700_000
PICTURE = "image/png"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> dict[str, Any]:
    return json.loads(request.param.read_text(encoding="utf-8"))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def test_there_are_notebooks():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["1-", "2-", "3-"]


def test_every_cell_was_run_once_and_in_order(notebook):
    cells = code_cells(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


def test_no_cell_failed_or_warned(notebook):
    assert {output["output_type"] for output in outputs(notebook)} <= {
        "display_data", "execute_result", "stream",
    }  # fmt: skip
    assert not [output["text"] for output in outputs(notebook) if output.get("name") == "stderr"]


def test_outputs_and_pictures_are_there(notebook):
    assert len(outputs(notebook)) > len(code_cells(notebook)) / 2
    assert [output for output in outputs(notebook) if PICTURE in output.get("data", {})]


def test_no_path_of_somebodys_machine_is_in_it(notebook):
    for output in outputs(notebook):
        output.get("data", {}).pop(PICTURE, None)  # its letters may spell anything
    text = json.dumps(notebook)
    assert not re.findall(r"/(?:tmp|root|home|work|Users|var)\b|[A-Z]:\\\\", text)


def test_metadata_say_nothing_of_when_and_where(notebook):
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert not [cell["metadata"] for cell in notebook["cells"] if cell["metadata"]]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_small_enough_to_be_looked_at_on_the_web(path):
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (FOLDER / target).exists(), f"{path.name} links to {target}"


def test_notebooks_run_on_this_python_and_no_other():
    from jupyter_client.manager import KernelManager

    assert KernelManager(kernel_name="python3").format_kernel_cmd()[0] == sys.executable
