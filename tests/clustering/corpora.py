"""Corpora whose subjects are known: each paragraph is of words of one subject, and of words that all share."""

from __future__ import annotations

import random

from topics import Briefing, Paragraph

SUBJECTS = {
    "harvest": [
        "wheat",
        "harvest",
        "grain",
        "farmers",
        "maize",
        "fields",
        "drought",
        "silos",
        "export",
        "tonnes",
        "crops",
        "barley",
    ],
    "court": [
        "judge",
        "court",
        "verdict",
        "lawyer",
        "appeal",
        "trial",
        "jury",
        "witness",
        "sentence",
        "defendant",
        "ruling",
        "evidence",
    ],
    "football": [
        "match",
        "goal",
        "striker",
        "referee",
        "league",
        "penalty",
        "stadium",
        "coach",
        "midfield",
        "supporters",
        "season",
        "cup",
    ],
    "rocket": [
        "launch",
        "rocket",
        "satellite",
        "orbit",
        "crew",
        "capsule",
        "engine",
        "astronauts",
        "booster",
        "mission",
        "payload",
        "lander",
    ],
}
SHARED = [
    "said",
    "today",
    "people",
    "asked",
    "time",
    "year",
    "question",
    "officials",
    "added",
    "told",
    "week",
    "later",
]


def paragraph(subject: str, chance: random.Random, n_words: int = 14) -> str:
    words = chance.choices(SUBJECTS[subject], k=n_words // 2) + chance.choices(
        SHARED, k=n_words - n_words // 2
    )
    chance.shuffle(words)
    return " ".join(words).capitalize() + "."


def corpus(
    n_briefings: int, subjects: tuple[str, ...] = tuple(SUBJECTS), run: int = 4, seed: int = 0, first: int = 0
) -> list[Briefing]:
    """Make briefings that go through all subjects, `run` paragraphs on each; labels say which."""
    briefings = []
    for number in range(first, first + n_briefings):
        chance = random.Random(f"{seed} {number}")
        order = chance.sample(subjects, len(subjects))
        paragraphs = tuple(
            Paragraph(paragraph(subject, chance), label=subject) for subject in order for _ in range(run)
        )
        month = number % 12 + 1
        briefings.append(Briefing(f"b{number}", paragraphs, date=f"2026-{month:02}-15"))
    return briefings


def label_of(briefings: list[Briefing]) -> dict[tuple[str, int], str]:
    return {(b.id, i): p.label for b in briefings for i, p in enumerate(b.paragraphs)}
