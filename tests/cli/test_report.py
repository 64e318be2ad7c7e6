"""`topics report`: from results to a page."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace

import pytest

from ..output.samples import CLUSTERS
from .test_commands import TEXT, one_line


@pytest.fixture
def results(run, tmp_path):
    """What classify made of a briefing on Syria, then Iran."""
    stream = tmp_path / "s.jsonl"
    stream.write_text(json.dumps({"id": "monday", "date": "2026-01-05", "text": TEXT}) + "\n")
    path = tmp_path / "results.jsonl"
    assert run("classify", stream, "-o", path)[0] == 0
    return path


@pytest.fixture
def clusters(tmp_path):
    folder = tmp_path / "clusters"
    folder.mkdir()
    (folder / "clusters.json").write_text(json.dumps(CLUSTERS))
    return folder


def test_a_report_is_written(run, results, clusters, tmp_path):
    page = tmp_path / "report.html"
    assert run("report", results, "-o", page, "--clusters", clusters) == (0, "", "")
    shown = page.read_text(encoding="utf-8")
    assert "The President of <u>Syria</u> met" in shown  # the model that comes along made them
    assert "not underlined" not in shown and "grain, prices, harvest" in shown and "#0072B2" in shown


def test_results_come_from_standard_input_and_the_page_goes_to_standard_output(run, results, monkeypatch):
    for name in ("json", "jsonl"):
        record = results.read_text() if name == "jsonl" else f"[{results.read_text()}]"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(record.encode()))))
        code, out, err = run("report", "-", "-o", "-")
        assert code == 0 and err == "" and out.startswith("<!doctype html>") and out.endswith("</html>\n")


def test_without_text_there_is_none(run, results, tmp_path):
    assert run("report", results, "-o", tmp_path / "r.html", "--no-text")[0] == 0
    shown = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Damascus" not in shown and "enrichment" not in shown and "monday" in shown


def test_a_model_that_is_not_at_hand_is_said(run, results, tmp_path):
    results.write_text(results.read_text().replace("sha256:", "sha256:0"))
    code, out, _ = run("report", results, "-o", "-")
    assert code == 0 and "the model that made these results is not at hand" in out
    assert "The President of Syria met" in out


def test_a_model_elsewhere_can_be_named(run, corpus, model, tmp_path):
    model.save(tmp_path / "mine")
    stream = tmp_path / "s.jsonl"
    record = {"id": "b", "paragraphs": [{"text": text} for text in corpus[0].texts]}
    stream.write_text(json.dumps(record) + "\n")
    run("classify", stream, "--model", tmp_path / "mine", "-o", tmp_path / "r.jsonl")
    assert "not underlined" in run("report", tmp_path / "r.jsonl", "-o", "-")[1]
    code, out, _ = run("report", tmp_path / "r.jsonl", "-o", "-", "--model", tmp_path / "mine")
    assert code == 0 and "not underlined" not in out


def test_names_and_colours_can_be_given(run, results, tmp_path):
    (tmp_path / "t.toml").write_text(
        "".join(f'[{id}]\nname = "Named {id}"\n' for id in ("syria", "ukraine-talks", "iran", "new-start", "other"))
        + '[boilerplate]\ncontent = false\n'
    )  # fmt: skip
    code, out, _ = run("report", results, "-o", "-", "--topics", tmp_path / "t.toml")
    assert code == 0 and "Named syria" in out and "<u>Syria</u>" in out


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["{tmp}/none.jsonl", "-o", "{tmp}/r.html"], 1, "none.jsonl: cannot be read"),
        (["{tmp}/empty.jsonl", "-o", "{tmp}/r.html"], 1, "empty.jsonl: holds no result"),
        (["{tmp}/corpus.jsonl", "-o", "{tmp}/r.html"], 1, "corpus.jsonl:1: has no 'model'"),
        (["{tmp}/results.jsonl"], 2, "missing option"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/results.jsonl"], 2, "is one of the inputs"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/none/r.html"], 1, "cannot be written"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/r.html", "--clusters", "{tmp}"], 1, "holds no clusters.json"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/r.html", "--topics", "{tmp}/t.toml"], 1, "which the list of topics lacks"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/r.html", "--model", "nope"], 2, "'nope' is not the name of a model"),
        (["{tmp}/results.jsonl", "-o", "{tmp}/r.html", "--model", "{tmp}/mine"], 2, "did not make these results"),
        (["{tmp}/results.jsonl", "{tmp}/results.jsonl", "-o", "{tmp}/r.html"], 2, "unexpected extra argument"),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_one_line_and_an_older_page_stays(
    run, results, starter, tmp_path, arguments, code, problem
):
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "corpus.jsonl").write_text('{"id": "a", "text": "x"}\n')
    (tmp_path / "t.toml").write_text("[syria]\n[money]\n")
    (tmp_path / "r.html").write_text("older")
    if "mine" in arguments[-1]:
        replace(starter, readme="Another card.").save(tmp_path / "mine")
    found, out, err = run("report", *(str(argument).format(tmp=tmp_path) for argument in arguments))
    assert found == code and out == ""
    assert one_line(err) and problem in err, err
    assert (tmp_path / "r.html").read_text() == "older"
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


def test_a_topic_put_in_by_hand_is_shown_by_its_id(run, results, tmp_path):
    record = json.loads(results.read_text())
    record["segments"][0]["topic"] = record["paragraphs"][0]["topic"] = "unheard-of"
    results.write_text(json.dumps(record))
    code, out, err = run("report", results, "-o", "-")
    assert code == 0 and "unheard-of" in out and err == ""
