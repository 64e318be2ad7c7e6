"""The documentation says what the program does: commands, examples, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
COMMANDS = [
    "classify", "train", "evaluate", "explain", "cluster", "promote", "plot", "report", "models", "corpus check", "corpus stats",
]  # fmt: skip
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "seeds/README.md",
]


def command_reference(run, monkeypatch) -> str:
    """docs/commands.md, made from each command's own help."""
    monkeypatch.setenv("COLUMNS", "100")
    parts = ["# Commands\n\nMade from `--help` by `make golden`; do not edit.\n"]
    for command in COMMANDS:
        code, out, _ = run(*command.split(), "--help")
        assert code == 0
        text = "\n".join(line.rstrip() for line in out.strip().splitlines())
        parts.append(f"\n## topics {command}\n\n```text\n{text}\n```\n")
    parts.append(
        "\n## Exit codes\n\n0: all done. 1: some input failed, each named on one line of stderr, the rest done. "
        "2: wrong usage. 130: interrupted. 143: `classify` ended by SIGTERM.\n"
    )
    return "".join(parts)


def test_every_command_is_documented_as_it_is(run, monkeypatch, request):
    page = ROOT / "docs" / "commands.md"
    found = command_reference(run, monkeypatch)
    if request.config.getoption("--renew-golden"):
        page.write_text(found, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == found


def test_every_command_of_the_program_is_in_the_reference(run):
    _, out, _ = run("--help")
    listed = re.findall(r"^  ([a-z]+)  ", out[out.index("Commands:") :], flags=re.MULTILINE)
    assert {command.split()[0] for command in COMMANDS} == set(listed)


def console_examples(page: Path) -> list[tuple[str, str]]:
    """The commands of a page's ``console`` blocks with the output that is shown; ``…`` stands for what is left out."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            found.append((command, output.rstrip("\n")))
    return found


@pytest.mark.parametrize("example", console_examples(ROOT / "README.md"), ids=lambda example: example[0])
def test_the_readme_shows_what_is_printed(run, monkeypatch, tmp_path, example):
    command, expected = example
    monkeypatch.setenv("COLUMNS", "92")
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(command.replace("models/mine", str(tmp_path / "mine")))
    assert program == "topics"
    _, out, err = run(*arguments)
    printed = [line.rstrip() for line in (out + err).rstrip("\n").splitlines()]
    shown = [line.rstrip() for line in expected.splitlines()]
    position = 0
    for line in shown:
        if line.strip() == "…":
            continue
        assert line in printed[position:], f"not printed: {line!r}"
        position = printed.index(line, position) + 1


def test_the_readme_has_examples():
    assert len(console_examples(ROOT / "README.md")) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_map_in_the_readme_names_every_part_of_the_package():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in sorted((ROOT / "topics").iterdir()):
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"{folder.name}/" in readme
