"""One small prediction in every format, as a file. `make golden` renews them; read the diff."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import numpy as np
import pytest

from topics import Briefing, Paragraph, TopicList
from topics.classification.explanation import Explanation, TermWeight
from topics.classification.prediction import ModelName, predict
from topics.output.formats import csv_rows, json_lines, json_list, ninjs
from topics.output.page import explanation_page, prediction_page
from topics.output.report import clusters_page, report_page
from topics.output.table import explanation_table, prediction_table

from ..output.samples import CLUSTERS

EXPECTED = Path(__file__).parent / "expected"

TOPICS = TopicList.from_records(
    {
        "syria": {"name": "Syria", "iptc": ["medtop:20000063"], "color": "#0072B2"},
        "iran": {"name": "Iran <&>", "color": "#009E73"},
        "boilerplate": {"name": "Boilerplate"},
    }
)
ROWS = [
    ("MOSCOW", "boilerplate", 0.99),
    ("The bases in Syria were discussed.", "syria", 0.95),
    ("(Photo)", "boilerplate", 0.9),
    ('"It was on the agenda," he said, <script>alert("x")</script> & left.', "syria", 0.55),
    ("On Iran, a second\nline; “quotes”, 中文.", "iran", 0.8),
]


@pytest.fixture
def prediction():
    text = "\n\n".join(text for text, _, _ in ROWS)
    paragraphs, probabilities, start = [], [], 0
    for number, (paragraph, topic, p) in enumerate(ROWS):
        start = text.index(paragraph, start)
        label, metadata = ("syria", {"speaker": "Q"}) if number == 1 else (None, {})
        paragraphs.append(Paragraph(paragraph, start, start + len(paragraph), label, metadata))
        row = np.full(3, (1 - p) / 2)
        row[TOPICS.ids.index(topic)] = p
        probabilities.append(row)
    briefing = Briefing("a/b 1", tuple(paragraphs), "A <title>", "2026-01-29", {"source": "Wire"})
    return predict(
        [briefing],
        np.array(probabilities),
        TOPICS,
        0.7,
        np.zeros(5, dtype=bool),
        ModelName("small", "sha256:0"),
    )[0]


EXPLANATION = Explanation(
    3, ROWS[3][0], "syria", 0.55, 0.2, 1.5,
    (TermWeight("agenda", 0.5, 2.0, 1.0), TermWeight("said", 0.5, -1.0, -0.5)), 0.25, 0.1, -0.25, 0.15, 0.5, 0.25,
)  # fmt: skip

CASES = {
    "prediction.jsonl": lambda p: "".join(json_lines([p], TOPICS)),
    "prediction.json": lambda p: "".join(json_list([p, p], TOPICS)),
    "prediction.csv": lambda p: "".join(csv_rows([p], TOPICS)),
    "prediction.ninjs.jsonl": lambda p: "".join(ninjs([p], TOPICS)),
    "prediction.html": lambda p: "".join(prediction_page([p], TOPICS)),
    "prediction.txt": lambda p: prediction_table(p, TOPICS, width=80),
    "prediction-color.txt": lambda p: prediction_table(p, TOPICS, width=80, color=True),
    "explanation.txt": lambda p: explanation_table([EXPLANATION], TOPICS),
    "explanation.html": lambda p: "".join(explanation_page([EXPLANATION], TOPICS, "A <title>")),
    "report.html": lambda p: "".join(
        report_page([p], TOPICS, clusters=CLUSTERS, telling=lambda _: [[], ["syria"], [], ["script"], []])
    ),
    "report-no-text.html": lambda p: "".join(report_page([p], TOPICS, with_text=False)),
    "clusters.html": lambda p: "".join(clusters_page(CLUSTERS)),
}


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_as_expected(name, prediction, request):
    found = CASES[name](prediction)
    if request.config.getoption("--renew-golden"):
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / name).write_bytes(found.encode("utf-8"))
    assert found == (EXPECTED / name).read_bytes().decode("utf-8")


def test_pages_escape_all_text(prediction):
    for name in ("prediction.html", "explanation.html", "report.html"):
        page = CASES[name](prediction)
        assert "<script" not in page and "&lt;/" in page
        assert "http:" not in page and "https:" not in page  # nothing is fetched


def test_ninjs_follows_its_rules(prediction):
    """The parts of the ninjs 3.1 schema that we write: required keys, allowed keys, whole percents."""
    import json

    subject = {
        "type": "object", "additionalProperties": False,
        "properties": {
            "name": {"type": "string"}, "uri": {"type": "string"}, "creator": {"type": "string"},
            "relevance": {"type": "integer", "minimum": 0, "maximum": 100},
            "confidence": {"type": "integer", "minimum": 0, "maximum": 100},
        },
    }  # fmt: skip
    news = {
        "type": "object", "required": ["uri"], "additionalProperties": False,
        "properties": {
            "uri": {"type": "string", "pattern": "^[a-z]+:[^ ]+$"}, "type": {"const": "text"}, "name": {"type": "string"},
            "headlines": {"type": "array"}, "bodies": {"type": "array"}, "subjects": {"type": "array", "items": subject},
            "associations": {"type": "array", "items": {"$ref": "#", "required": ["name", "uri"]}},
        },
    }  # fmt: skip
    item = json.loads("".join(ninjs([prediction], TOPICS)))
    jsonschema.validate(item, news)
    assert [s["uri"] for s in item["subjects"]] == [
        "http://cv.iptc.org/newscodes/mediatopic/20000063",
        "urn:topics:topic:iran",
    ]


def test_no_predictions_are_an_empty_list():
    assert "".join(json_list([], TOPICS)) == "[]\n"
