"""Run the notebooks and keep their outputs, without times and the like, so that equal runs are equal files."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def joined(outputs: list) -> list:
    """Join what was printed: the kernel passes it on in pieces that differ from run to run."""
    result: list = []
    for output in outputs:
        last = result[-1] if result else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            result.append(output)
    return result


for path in sorted(Path(__file__).parent.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, resources=resources
    ).execute()
    notebook.metadata = METADATA
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata, cell.outputs = {}, joined(cell.outputs)
    nbformat.write(notebook, path)
    print(path.name)
