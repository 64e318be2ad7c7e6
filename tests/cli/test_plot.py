"""`topics plot` as a user meets it: every kind from the files that the other commands write."""

from __future__ import annotations

import io
import json
import sys

import pytest

from ..output.briefings import cluster_record, evaluation
from .test_commands import one_line

TEXT = "The President of Syria met the delegation in Damascus.\n\nOn Iran, he said enrichment goes on.\n"


@pytest.fixture
def files(run, tmp_path):
    """Results of two dated briefings, an evaluation, a folder of clusters, as their commands write them."""
    corpus = tmp_path / "corpus.jsonl"
    records = [{"id": f"b{n}", "date": f"2026-01-{n:02}", "text": TEXT * n} for n in (1, 2)]
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert run("classify", corpus, "-o", tmp_path / "results.jsonl")[0] == 0
    labelled = {"id": "c", "paragraphs": [{"text": "Assad in Damascus.", "label": "syria"}] * 3}
    (tmp_path / "labelled.jsonl").write_text(json.dumps(labelled))
    assert run("evaluate", tmp_path / "labelled.jsonl", "-o", tmp_path / "scores.json")[0] == 0
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "clusters.json").write_text(json.dumps(cluster_record(6)))
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("shares", "results.jsonl"), ("timeline", "results.jsonl"), ("ribbon", "results.jsonl"),
        ("heatmap", "results.jsonl"), ("clusters", "found"), ("k", "found"), ("confusion", "scores.json"),
        ("reliability", "scores.json"),
    ],
)  # fmt: skip
def test_every_kind_is_drawn(run, files, kind, source):
    code, out, err = run("plot", kind, files / source, "-o", files / "out.png")
    assert code == 0 and out == "" and (err == "" or kind == "ribbon")
    assert (files / "out.png").read_bytes().startswith(b"\x89PNG")


def test_names_and_colours_come_from_the_list_that_was_given(run, files):
    (files / "topics.toml").write_text(
        "".join(
            f'["{id}"]\ncolor = "#A1B2C3"\n'
            for id in ("syria", "ukraine-talks", "iran", "new-start", "other")
        )
        + "[boilerplate]\ncontent = false\n"
    )
    svg = files / "out.svg"
    assert run("plot", "shares", files / "results.jsonl", "-o", svg)[0] == 0
    assert "#0072b2" in svg.read_text() and "#a1b2c3" not in svg.read_text()
    assert (
        run("plot", "shares", files / "results.jsonl", "-o", svg, "--topics", files / "topics.toml")[0] == 0
    )
    assert "#0072b2" not in svg.read_text() and "#a1b2c3" in svg.read_text()
    assert run("plot", "shares", files / "results.jsonl", "-o", svg, "--model", "starter")[0] == 0
    assert "#0072b2" in svg.read_text()


def test_a_ribbon_is_of_the_first_briefing_or_the_one_that_was_named(run, files):
    first, named = files / "first.pdf", files / "named.pdf"
    code, _, err = run("plot", "ribbon", files / "results.jsonl", "-o", first)
    assert code == 0 and one_line(err) and "holds more than one briefing; the first, 'b1', is drawn" in err
    code, _, err = run("plot", "ribbon", files / "results.jsonl", "--briefing", "b2", "-o", named)
    assert code == 0 and err == ""
    assert b"(b1)" in first.read_bytes() and b"(b2)" in named.read_bytes()


def test_results_may_come_from_standard_input(run, files, monkeypatch):
    data = io.BytesIO((files / "results.jsonl").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(data)))
    assert run("plot", "shares", "-", "-o", files / "out.png") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["shares", "none.jsonl", "-o", "x.png"], 1, "none.jsonl: cannot be read (No such file or directory)"),
        (["shares", "empty.jsonl", "-o", "x.png"], 1, "empty.jsonl: holds no result"),
        (["ribbon", "empty.jsonl", "-o", "x.png"], 1, "empty.jsonl: holds no result"),
        (["shares", "corpus.jsonl", "-o", "x.png"], 1, "corpus.jsonl:1: has no 'model'; expected a result as"),
        (["shares", "scores.json", "-o", "x.png"], 1, "scores.json: is JSON of another kind"),
        (["timeline", "undated.jsonl", "-o", "x.png"], 1, "undated.jsonl: no briefing has a date"),
        (["ribbon", "results.jsonl", "-o", "x.png", "--briefing", "b3"], 1, "has no briefing 'b3'; there is b1, b2."),
        (["shares", "results.jsonl", "-o", "x.png", "--topics", "other.toml"], 1, "which the list of topics lacks"),
        (["shares", "results.jsonl", "-o", "none/x.png"], 1, "x.png: cannot be written"),
        (["clusters", "results.jsonl", "-o", "x.png"], 1, "results.jsonl: holds no clusters.json; expected a folder"),
        (["k", "none", "-o", "x.png"], 1, "clusters.json: cannot be read (No such file or directory)"),
        (["confusion", "results.jsonl", "-o", "x.png"], 1, "results.jsonl: is not valid JSON; expected what `topics ev"),
        (["reliability", "found/clusters.json", "-o", "x.png"], 1, "clusters.json: has no 'briefings'; expected what"),
        (["shares", "results.jsonl", "-o", "x.gif"], 2, "x.gif names no kind of picture; expected a name that ends in"),
        (["shares", "results.jsonl", "-o", "-"], 2, "names no kind of picture"),
        (["shares", "results.jsonl"], 2, "missing option"),
        (["pie", "results.jsonl", "-o", "x.png"], 2, "'pie' is not one of"),
        (["shares", "results.jsonl", "-o", "x.png", "--per", "day"], 2, "--per goes with timeline"),
        (["shares", "results.jsonl", "-o", "x.png", "--briefing", "b1"], 2, "--briefing goes with ribbon"),
        (["k", "found", "-o", "x.png", "--model", "starter"], 2, "--topics and --model do not go with k"),
        (["shares", "results.jsonl", "-o", "x.png", "--model", "nope"], 2, "'nope' is not the name of a model"),
        (["shares", "results.jsonl", "-o", "x.png", "--model", "starter", "--topics", "other.toml"], 2, "give one of them"),
        (["confusion", "x.png", "-o", "x.png"], 2, "is one of the inputs"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line(run, files, monkeypatch, arguments, code, problem):
    monkeypatch.chdir(files)
    (files / "empty.jsonl").write_text("")
    (files / "other.toml").write_text("[weather]\n")
    result = json.loads((files / "results.jsonl").read_text().splitlines()[0])
    (files / "undated.jsonl").write_text(json.dumps({**result, "date": None}))
    found, out, err = run("plot", *arguments)
    assert (found, out) == (code, "") and one_line(err) and problem in err, err
    assert not (files / "x.png").exists()


def scores_with(**changes) -> str:
    return json.dumps({**evaluation(["a", "b"]), **changes})


@pytest.mark.parametrize(
    ("scores", "problem"),
    [
        (scores_with(ece="low"), "ece: is a text where a number should be"),
        (scores_with(briefings=True), "briefings: is true or false where a whole number should be"),
        (scores_with(reliability={}), "reliability: is an object where a list should be"),
        (scores_with(reliability=[{"paragraphs": 1, "confidence": 0.5}]), "reliability: has no 'accuracy'"),
        (scores_with(confusion={"labels": ["a"], "rows": [[1, 2]]}), "confusion: its rows are not 1 of 1"),
        (scores_with(accuracy=float("nan")), "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
    ],
)
def test_a_damaged_evaluation_gets_one_line(run, tmp_path, scores, problem):
    (tmp_path / "s.json").write_text(scores)
    code, _, err = run("plot", "confusion", tmp_path / "s.json", "-o", tmp_path / "x.png")
    assert code == 1 and one_line(err) and problem in err, err


def test_a_damaged_map_gets_one_line(run, files):
    record = cluster_record(6)
    record["map"]["x"].pop()
    (files / "found" / "clusters.json").write_text(json.dumps(record))
    code, _, err = run("plot", "clusters", files / "found", "-o", files / "x.png")
    assert code == 1 and one_line(err) and "map: its lists are not of one length" in err
