"""What is installed, not the checkout: the wheel holds the starter model and works from another folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_classifies_from_another_folder(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*build, "-w", str(tmp_path), str(ROOT)], check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    assert {"topics/models/starter/SHA256SUMS", "topics/py.typed", "topics/output/page.css"} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "seeds/"))]
    (elsewhere / "note.txt").write_text("The inspectors returned to Natanz and Fordow in Iran.")
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from topics.cli.app import main; main()"
    command = [sys.executable, "-c", code, "classify", "note.txt", "-f", "csv"]
    result = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True, timeout=60)
    assert ",iran," in result.stdout
    listed = subprocess.run(
        [*command[:3], "models"], cwd=elsewhere, capture_output=True, text=True, check=True, timeout=60
    )
    assert str(site) in listed.stdout
