"""How cost grows with paragraphs, topics and vocabulary: python benchmarks/growth.py DATA [--json FILE]

Whole processes on two cores: `topics train`, `topics classify --jobs 2` and `topics cluster --k 50` on White House
briefings, repeated to 10^3 ... 10^6 paragraphs with one word in ten left out and one in twenty exchanged for another of
the corpus, so that paragraphs differ. The six labels are those that the starter gives; of 24, each is a part of one of
these, drawn by chance, which nothing can learn: that is the costliest case.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import WHITE_HOUSE, arguments, corpus, peak_memory, show, write

import topics

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TOPICS = (6, 24)


def varied(briefings, topics_of, target: Path, n_paragraphs: int, n_topics: int = 6) -> None:
    """Write a labelled corpus of so many paragraphs; more topics than six are parts of these."""
    random = np.random.default_rng(0)
    pool = np.array([word for briefing in briefings[:50] for text in briefing.texts for word in text.split()])
    written = turn = 0
    with target.open("w", encoding="utf-8") as file:
        while written < n_paragraphs:
            for briefing, labels in zip(briefings, topics_of, strict=True):
                paragraphs = []
                for text, label in zip(briefing.texts, labels, strict=True):
                    words = np.array(text.split() or ["-"])
                    chance = random.random(len(words))
                    words = np.where(chance > 0.95, pool[random.integers(len(pool), size=len(words))], words)
                    part = random.integers(n_topics // 6)
                    paragraphs.append(
                        {
                            "text": " ".join(words[chance > 0.1]) or "-",
                            "label": label if n_topics == 6 else f"{label}-{part}",
                        }
                    )
                paragraphs = paragraphs[: n_paragraphs - written]
                written += len(paragraphs)
                file.write(
                    json.dumps(
                        {"id": f"{briefing.id}-{turn}", "date": briefing.date, "paragraphs": paragraphs}
                    )
                    + "\n"
                )
                if written >= n_paragraphs:
                    break
            turn += 1


def main() -> None:
    given = arguments(__doc__)
    briefings = corpus(given.data, WHITE_HOUSE)
    starter = topics.load()
    topics_of = [prediction.topics for prediction in starter.classify_many(briefings)]
    rows, figures = [], []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "corpus.jsonl"

        def measured(*command: str):
            seconds, peak = peak_memory([sys.executable, "-m", "topics", *command])
            return (
                f"{seconds:.1f}",
                f"{peak:,.0f}",
                {"command": command[0], "seconds": seconds, "peak_mb": peak},
            )

        for n, n_topics in [(n, 6) for n in SIZES] + [(100_000, n_topics) for n_topics in TOPICS[1:]]:
            varied(briefings, topics_of, source, n, n_topics)
            row = [f"{n:,}", n_topics]
            figure = {"paragraphs": n, "topics": n_topics, "commands": []}
            commands = [
                ("train", str(source), "-o", f"{folder}/model"),
                (
                    "classify",
                    str(source),
                    "-m",
                    f"{folder}/model",
                    "-o",
                    f"{folder}/out.jsonl",
                    "--jobs",
                    "2",
                ),
            ]
            if n_topics == 6:
                commands.append(("cluster", str(source), "--k", "50", "-o", f"{folder}/found"))
            for command in commands:
                seconds, peak, record = measured(*command)
                row += [seconds, peak]
                figure["commands"].append(record)
            vocabulary = len(
                (Path(folder) / "model" / "topic_terms.txt").read_text(encoding="utf-8").splitlines()
            )
            rows.append([*row, *["-"] * (8 - len(row)), f"{vocabulary:,}"])
            figures.append(figure | {"vocabulary": vocabulary})
            print("|", " | ".join(map(str, rows[-1])), "|", flush=True)
    columns = [
        "paragraphs",
        "topics",
        "train, s",
        "MB",
        "classify, s",
        "MB",
        "cluster, s",
        "MB",
        "terms of the model",
    ]
    show("Cost by size, two cores", columns, rows)
    write(given.json, "growth", figures)


if __name__ == "__main__":
    main()
