"""What several tests share."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import settings

import topics
from topics.cli.app import main
from topics.corpus.briefing import Briefing, Paragraph

settings.register_profile("topics", deadline=None, print_blob=True)
settings.load_profile("topics")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser):
    parser.addoption("--renew-golden", action="store_true", help="write tests/golden/expected anew")


@pytest.fixture
def shared() -> Path:
    """The public corpora, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("needs the public corpora in ../shared, which are not part of the project")
    return SHARED


SENTENCES = {
    "weather": [
        "Rain and wind will reach the coast by evening.",
        "The forecast promises sunshine after a night of rain.",
        "Snow fell on the hills and the wind was cold.",
        "Forecasters expect fog, then sunshine and a light wind.",
    ],
    "money": [
        "The bank raised its interest rate by a quarter point.",
        "Shares fell after the bank warned of rising debt.",
        "Inflation slowed and the interest on loans with it.",
        "The budget cuts taxes while debt and spending grow.",
    ],
}


def labelled_briefing(number: int) -> Briefing:
    """A briefing on the weather, then on money, with a caption between."""
    weather, money = SENTENCES["weather"], SENTENCES["money"]
    rows = [
        ("Photo: staff", "boilerplate"),
        (weather[number % 4], "weather"),
        ("She said it would stay that way.", "weather"),
        (weather[(number + 1) % 4], "weather"),
        ("File photo", "boilerplate"),
        (f"Turning to the economy, item {number}.", "money"),
        (money[number % 4], "money"),
        (money[(number + 2) % 4], "money"),
    ]
    return Briefing(f"b{number}", tuple(Paragraph(text, label=label) for text, label in rows))


@pytest.fixture(scope="session")
def corpus() -> list[Briefing]:
    return [labelled_briefing(number) for number in range(12)]


@pytest.fixture(scope="session")
def model(corpus, tmp_path_factory):
    """A model of three topics, trained, saved and loaded."""
    return topics.train(corpus, name="small").save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="session")
def starter():
    return topics.load("starter")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process: returns exit code, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["topics", *map(str, arguments)])
        with warnings.catch_warnings(), pytest.raises(SystemExit) as exit:
            main()
        code = exit.value.code or 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
