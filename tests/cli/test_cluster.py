"""`topics cluster` and `topics promote` as a user meets them."""

from __future__ import annotations

import csv
import json
import tomllib

import pytest

import topics

from ..clustering.corpora import SUBJECTS, corpus, label_of
from .test_commands import one_line


def write(path, briefings):
    records = [{"id": b.id, "date": b.date, "paragraphs": [{"text": t} for t in b.texts]} for b in briefings]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "corpus.jsonl", corpus(20))


@pytest.fixture
def folder(run, file, tmp_path):
    assert run("cluster", file, "--k", 4, "-o", tmp_path / "found")[0] == 0
    return tmp_path / "found"


def record_of(folder):
    return json.loads((folder / "clusters.json").read_text(encoding="utf-8"))


def rows_of(folder):
    with (folder / "paragraphs.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_clusters_are_shown_as_a_table(run, file):
    code, out, err = run("cluster", file, "--k", 4)
    assert code == 0 and err == ""
    assert out.startswith("4 clusters of 320 paragraphs\n")
    assert sum(f" {id} " in out for id in (1, 2, 3, 4)) == 4


def test_the_folder_has_a_record_a_table_a_map_and_a_page(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "clusters.json", "clusters.png", "paragraphs.csv", "report.html",
    ]  # fmt: skip
    record, rows = record_of(folder), rows_of(folder)
    assert record["k"] == len(record["clusters"]) == 4 and record["units"] == len(rows) == 320
    assert list(rows[0]) == ["briefing", "index", "cluster", "name", "distance", "topic", "text"]
    names = {str(cluster["id"]): cluster["name"] for cluster in record["clusters"]}
    assert all(row["name"] == names[row["cluster"]] and 0 <= float(row["distance"]) <= 2 for row in rows)
    assert [(row["briefing"], int(row["index"])) for row in rows] == list(label_of(corpus(20)))
    assert (folder / "clusters.png").read_bytes().startswith(b"\x89PNG")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in names.values())


def test_other_commands_read_the_folder(run, folder, tmp_path):
    assert run("plot", "clusters", folder, "-o", tmp_path / "map.svg")[0] == 0
    text = tmp_path / "monday.txt"
    text.write_text("On Iran, he said enrichment goes on.")
    run("classify", text, "-o", tmp_path / "results.jsonl")
    page = tmp_path / "page.html"
    assert run("report", tmp_path / "results.jsonl", "--clusters", folder, "-o", page)[0] == 0
    assert record_of(folder)["clusters"][0]["name"] in page.read_text(encoding="utf-8")


def test_the_chosen_number_comes_with_its_curve(run, file, tmp_path):
    assert run("cluster", file, "-o", tmp_path / "found")[0] == 0
    record = record_of(tmp_path / "found")
    assert record["k"] == 4 == max(record["curve"], key=lambda point: point["score"])["k"]
    assert run("plot", "k", tmp_path / "found", "-o", tmp_path / "k.png")[0] == 0


def test_clustering_again_keeps_the_ids(run, folder, tmp_path):
    before = {(row["briefing"], row["index"]): row["cluster"] for row in rows_of(folder)}
    write(tmp_path / "corpus.jsonl", corpus(26))
    assert run("cluster", tmp_path / "corpus.jsonl", "--k", 4, "-o", folder)[0] == 0
    after = rows_of(folder)
    assert len(after) == 416
    assert sum(before.get((row["briefing"], row["index"])) == row["cluster"] for row in after) > 0.95 * 320
    assert {cluster["status"] for cluster in record_of(folder)["clusters"]} == {"kept"}


def test_clusters_that_come_and_go_are_told(run, folder, tmp_path):
    names = {cluster["id"]: cluster["name"] for cluster in record_of(folder)["clusters"]}
    write(tmp_path / "corpus.jsonl", corpus(20, tuple(SUBJECTS)[:2], seed=8, first=100))
    code, out, _ = run("cluster", tmp_path / "corpus.jsonl", "--k", 2, "-o", folder)
    record = record_of(folder)
    assert code == 0 and {item["id"]: item["name"] for item in record["gone"]} == names
    assert [cluster["id"] for cluster in record["clusters"]] == [5, 6]  # ids are not given again
    assert "No longer there" in out and "(new)" in out


def test_a_briefing_as_a_unit_has_no_index(run, tmp_path):
    subjects = tuple(SUBJECTS)
    file = write(tmp_path / "c.jsonl", [*corpus(10, subjects[:2]), *corpus(10, subjects[2:], first=10)])
    assert run("cluster", file, "--k", 2, "--unit", "briefing", "-o", tmp_path / "found")[0] == 0
    rows = rows_of(tmp_path / "found")
    assert len(rows) == 20 and {row["index"] for row in rows} == {""}


# promote


def test_a_cluster_becomes_a_topic_that_a_model_learns(run, folder, tmp_path):
    labels = label_of(corpus(20))
    topic_of = {}
    for id in (1, 2, 3, 4):
        example = next(c for c in record_of(folder)["clusters"] if c["id"] == id)["examples"][0]
        topic_of[id] = labels[example["briefing"], example["index"]]
        code, out, err = run("promote", folder, id, "--as", topic_of[id])
        assert code == 0 and out == "" and one_line(err) and f"labelled '{topic_of[id]}'" in err
    promoted = list(topics.read_corpus(folder / "promoted" / "labelled.jsonl"))
    given = [label for b in promoted for label in b.labels]
    true = [label for b in corpus(20) for label in b.labels]
    assert len(promoted) == 20 and sum(a == b for a, b in zip(given, true, strict=True)) > 0.95 * 320
    assert [b.texts for b in promoted] == [b.texts for b in corpus(20)]

    model = tmp_path / "model"
    assert run("train", folder / "promoted", "-o", model)[0] == 0
    tested = corpus(4, seed=3)
    predicted = [topic for b in tested for topic in topics.load(model).classify(b).topics]
    assert (
        sum(p == t for p, t in zip(predicted, [x for b in tested for x in b.labels], strict=True)) > 0.95 * 64
    )


def test_what_is_not_promoted_stands_beside_as_context(run, folder):
    run("promote", folder, 1, "--as", "first")
    labels = [label for b in topics.read_corpus(folder / "promoted") for label in b.labels]
    assert labels.count("first") == next(c["size"] for c in record_of(folder)["clusters"] if c["id"] == 1)
    assert set(labels) == {"first", None}


def test_the_topic_joins_those_of_the_model(run, tmp_path):
    texts = ["The President of Syria met the delegation in Damascus.", "On Iran, he said enrichment goes on."]
    briefings = [
        topics.Briefing(b.id, (*(topics.Paragraph(f"{t} Item {b.id}.") for t in texts), *b.paragraphs))
        for b in corpus(12)
    ]
    found = tmp_path / "found"
    assert (
        run("cluster", write(tmp_path / "c.jsonl", briefings), "-m", "starter", "--k", 6, "-o", found)[0] == 0
    )
    record = record_of(found)
    assert list(record["known"]) == topics.load("starter").topics.ids
    new = next(cluster for cluster in record["clusters"] if cluster["emerging"])
    assert run("promote", found, new["id"], "--as", "harvest-news")[0] == 0
    with (found / "promoted" / "topics.toml").open("rb") as toml:
        listed = tomllib.load(toml)
    assert list(listed) == [*record["known"], "harvest-news"]
    assert (
        listed["harvest-news"]["name"] == "Harvest news" and listed["harvest-news"]["terms"] == new["terms"]
    )
    assert listed["syria"]["iptc"] == record["known"]["syria"]["iptc"]
    colors = [topic["color"] for topic in listed.values()]
    assert colors.count(listed["harvest-news"]["color"]) == 1


def test_the_topic_joins_a_list_that_is_named(run, folder, tmp_path):
    (tmp_path / "topics.toml").write_text('[court]\nname = "The courts"\n\n["north & south"]\n')
    assert run("promote", folder, 1, "--as", "first", "--topics", tmp_path / "topics.toml")[0] == 0
    assert run("promote", folder, 2, "--as", "second")[0] == 0
    listed = topics.TopicList.read(folder / "promoted" / "topics.toml")
    assert listed.ids == ["court", "north & south", "first", "second"] and listed[0].name == "The courts"


def test_a_label_that_was_mended_by_hand_stays(run, folder):
    run("promote", folder, 1, "--as", "first")
    labelled = folder / "promoted" / "labelled.jsonl"
    labelled.write_text(labelled.read_text().replace('"label": "first"', '"label": "mended"', 3))
    code, _, err = run("promote", folder, 1, "--as", "first")
    assert code == 0 and "3 kept another label" in err
    assert labelled.read_text().count('"label": "mended"') == 3


def test_clustering_again_leaves_what_was_promoted(run, folder, file):
    run("promote", folder, 1, "--as", "first")
    kept = (folder / "promoted" / "labelled.jsonl").read_bytes()
    assert run("cluster", file, "--k", 3, "-o", folder)[0] == 0
    assert (folder / "promoted" / "labelled.jsonl").read_bytes() == kept


def test_segments_are_promoted_paragraph_by_paragraph(run, file, tmp_path):
    assert run("cluster", file, "--k", 3, "--unit", "segment", "-o", tmp_path / "found")[0] == 0
    assert run("promote", tmp_path / "found", 1, "--as", "first")[0] == 0
    texts = {text for b in corpus(20) for text in b.texts}
    promoted = list(topics.read_corpus(tmp_path / "found" / "promoted"))
    assert all(set(b.texts) <= texts for b in promoted)


# what can go wrong


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--k", "0"], 2, "--k 0 is no number of clusters; expected auto or a whole number from 1"),
        (["--k", "lots"], 2, "--k lots is no number of clusters"),
        (["--k", "500"], 1, "corpus.jsonl: 500 clusters need as many paragraphs that differ"),
        (["--unit", "briefing", "--k", "21"], 1, "21 clusters need as many briefings that differ in their words, and there are 20"),
        (["--model", "nonsense"], 2, "'nonsense' is not the name of a model"),
        (["--unit", "word"], 2, "'word' is not one of"),
    ],
)  # fmt: skip
def test_wrong_calls_get_one_line(run, file, tmp_path, arguments, code, message):
    got, out, err = run("cluster", file, "-o", tmp_path / "found", *arguments)
    assert got == code and out == "" and one_line(err) and message in err
    assert not (tmp_path / "found").exists()


def test_a_missing_file_gets_one_line(run, tmp_path):
    code, out, err = run("cluster", tmp_path / "none.jsonl", "--k", 2)
    assert code == 1 and out == "" and one_line(err) and "no such file" in err


def test_broken_records_are_named_and_the_rest_is_clustered(run, file):
    file.write_text(file.read_text() + "{broken\n")
    code, out, err = run("cluster", file, "--k", 4)
    assert code == 1 and out.startswith("4 clusters of 320") and one_line(err) and "corpus.jsonl:21" in err


def test_a_folder_of_other_files_is_not_replaced(run, file, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear")
    code, _, err = run("cluster", file, "--k", 2, "-o", tmp_path / "mine")
    assert code == 1 and one_line(err) and "holds other files" in err
    assert (tmp_path / "mine" / "letter.txt").read_text() == "Dear"


def test_promoting_what_is_not_there_gets_one_line(run, folder, tmp_path):
    code, out, err = run("promote", folder, 9, "--as", "x")
    assert code == 1 and out == "" and one_line(err) and "has no cluster 9" in err
    code, out, err = run("promote", tmp_path / "none", 1, "--as", "x")
    assert (
        code == 1 and out == "" and one_line(err) and "expected a folder that `topics cluster` wrote" in err
    )
    code, out, err = run("promote", folder, 1, "--as", " ")
    assert code == 2 and one_line(err) and "--as is empty" in err
    assert not (folder / "promoted").exists()


def test_a_table_that_was_damaged_gets_one_line(run, folder):
    (folder / "paragraphs.csv").write_text("a,b\n1,2\n")
    code, _, err = run("promote", folder, 1, "--as", "x")
    assert code == 1 and one_line(err) and "has other columns" in err


def test_promoted_labels_go_into_a_corpus_that_has_others(run, tmp_path):
    records = [
        {"id": b.id, "paragraphs": [{"text": p.text, "label": "court" if p.label == "court" else "other"} for p in b.paragraphs]}
        for b in corpus(12)
    ]  # fmt: skip
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    found, model = tmp_path / "found", tmp_path / "model"
    assert run("cluster", file, "--k", 4, "-o", found)[0] == 0
    labels = label_of(corpus(12))
    rocket = next(
        c["id"] for c in record_of(found)["clusters"]
        if labels[c["examples"][0]["briefing"], c["examples"][0]["index"]] == "rocket"
    )  # fmt: skip
    run("promote", found, rocket, "--as", "rocket")
    assert run("train", file, "--relabel", found / "promoted", "-o", model)[0] == 0
    trained = topics.load(model)
    assert trained.training["corpus"]["paragraphs"] == 12 * 16  # none twice
    assert set(trained.topics.ids) == {"court", "other", "rocket"}
