"""Clusters of a corpus whose subjects are known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

import topics
from topics import Briefing, InputError, Paragraph

from .corpora import SUBJECTS, corpus, label_of


@pytest.fixture(scope="module")
def briefings():
    return corpus(24)


@pytest.fixture(scope="module")
def found(briefings):
    return topics.cluster(briefings, k=4)


def test_each_subject_is_a_cluster(briefings, found):
    labels = label_of(briefings)
    by_cluster = {}
    for member in found.members:
        by_cluster.setdefault(member.cluster, Counter())[labels[member.unit.briefing, member.unit.index]] += 1
    assert len(by_cluster) == 4
    assert sum(counts.most_common(1)[0][1] for counts in by_cluster.values()) >= 0.95 * len(labels)
    assert {counts.most_common(1)[0][0] for counts in by_cluster.values()} == set(SUBJECTS)


def test_a_cluster_is_named_by_words_of_its_subject(briefings, found):
    labels = label_of(briefings)
    for cluster in found.clusters:
        member = next(m for m in found.members if m.cluster == cluster.id and m.distance < 0.5)
        own = SUBJECTS[labels[member.unit.briefing, member.unit.index]]
        assert all(word.lower() in own for term in cluster.terms[:3] for word in term.split())
        assert cluster.name == ", ".join(cluster.terms[:3])


def test_a_cluster_whose_terms_hardly_meet_is_called_mixed():
    words = [word for name in SUBJECTS for word in SUBJECTS[name][:2]]
    texts = [f"{words[n % 8]} minutes {n}th" for n in range(160)]
    cluster = topics.cluster([Briefing("lists", tuple(map(Paragraph, texts)))], k=1).clusters[0]
    assert cluster.coherence < 0 and cluster.name == "mixed: " + ", ".join(cluster.terms[:3])


def test_sizes_and_shares_are_those_of_the_members(found):
    sizes = Counter(member.cluster for member in found.members)
    assert {cluster.id: cluster.size for cluster in found.clusters} == sizes
    assert sum(cluster.share for cluster in found.clusters) == pytest.approx(1)
    assert [cluster.size for cluster in found.clusters] == sorted(sizes.values(), reverse=True)
    assert [cluster.id for cluster in found.clusters] == [1, 2, 3, 4]


def test_examples_are_five_members_near_the_centre(found):
    for cluster in found.clusters:
        own = {(m.unit.briefing, m.unit.index): m for m in found.members if m.cluster == cluster.id}
        assert len(cluster.examples) == 5
        near = sorted(member.distance for member in own.values())[:15]
        for example in cluster.examples:
            member = own[example.briefing, example.index]
            assert example.text == member.unit.text and member.distance <= near[-1]


def test_clear_subjects_are_found_again_and_their_words_stand_together(found):
    for cluster in found.clusters:
        assert cluster.stability > 0.9 and cluster.coherence > 0.2


def test_the_number_of_clusters_is_found(briefings):
    found = topics.cluster(briefings)
    assert len(found.clusters) == 4
    assert max(found.curve, key=lambda trial: trial.score).k == 4
    assert [trial.k for trial in found.curve] == sorted({trial.k for trial in found.curve})


def test_the_same_seed_gives_the_same_clusters(briefings, found):
    assert topics.cluster(iter(briefings), k=4) == found


def test_the_number_of_cores_changes_nothing(tmp_path):
    """In processes of their own, since the number of threads is read when libraries load."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "import os; os.cpu_count = lambda: int(sys.argv[2])\n"
        "import topics; from tests.clustering.corpora import corpus\n"
        "print(json.dumps(topics.cluster(corpus(40)).to_dict()))"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    outputs = []
    for n in ("1", "3"):
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), n)
        command = [sys.executable, "-c", code, root, n]
        outputs.append(
            subprocess.run(command, env=os.environ | threads, capture_output=True, check=True).stdout
        )
    assert outputs[0] == outputs[1] and json.loads(outputs[0])["k"] == 4


def test_copies_count_once_for_the_centres_and_are_members(briefings):
    wire = briefings[0].paragraphs[0]
    copies = [Briefing(f"paper-{n}", (wire,)) for n in range(30)]
    found = topics.cluster([*briefings, *copies], k=4)
    assert found.duplicates == 30
    assert len(found.members) == 24 * 16 + 30
    assert len({m.cluster for m in found.members if m.unit.text == wire.text}) == 1
    assert all(len({example.text for example in cluster.examples}) == 5 for cluster in found.clusters)


def test_a_paragraph_without_words_of_its_own_stands_with_its_neighbours(briefings):
    number, place = 3, 6  # in the middle of a subject
    asked = briefings[number]
    paragraphs = list(asked.paragraphs)
    paragraphs[place] = replace(paragraphs[place], text="Q    When?")
    changed = [*briefings[:number], replace(asked, paragraphs=tuple(paragraphs)), *briefings[number + 1 :]]
    found = topics.cluster(changed, k=4)
    clusters = {m.unit.index: m.cluster for m in found.members if m.unit.briefing == asked.id}
    assert clusters[place] == clusters[place - 1] == clusters[place + 1]


def test_what_has_no_word_to_go_by_is_left_out(briefings):
    found = topics.cluster(
        [*briefings, Briefing("dots", (Paragraph("…"), Paragraph("The of and"), Paragraph("")))], k=4
    )
    assert found.left_out == 2  # the empty one is no paragraph
    assert not [m for m in found.members if m.unit.briefing == "dots"]


def test_scripts_without_spaces_are_clustered_too():
    wheat = ["小麦价格周一上涨", "农民收割小麦完毕", "小麦出口增加两成", "今年小麦歉收严重"]
    court = ["法院驳回上诉请求", "法官宣读判决结果", "法院周三开庭审理", "律师称法院判决公正"]
    texts = [f"{sentence}，{other}。" for group in (wheat, court) for sentence in group for other in group]
    found = topics.cluster([Briefing(f"b{n}", (Paragraph(text),)) for n, text in enumerate(texts)], k=2)
    cluster_of = [member.cluster for member in found.members]
    assert len(set(cluster_of[:16])) == len(set(cluster_of[16:])) == 1 and cluster_of[0] != cluster_of[16]
    assert {"小麦", "法院"} <= {cluster.terms[0] for cluster in found.clusters}


@pytest.mark.parametrize("unit", ["segment", "briefing"])
def test_segments_and_briefings_are_clustered_too(unit):
    briefings = [b for subject in SUBJECTS for b in corpus(12, (subject,), run=8, seed=hash(subject) % 97)]
    named = [replace(b, id=f"{n}") for n, b in enumerate(briefings)]
    found = topics.cluster(named, k=4, unit=unit)
    assert found.unit == unit
    cluster_of = {m.unit.briefing: m.cluster for m in found.members}
    assert len({cluster_of[f"{n}"] for n in range(12)}) == 1
    assert len({cluster_of[f"{n}"] for n in range(48)}) == 4
    indices = {m.unit.index for m in found.members}
    assert indices == {None} if unit == "briefing" else 0 in indices


def test_a_trend_is_told_by_period(found):
    for cluster in found.clusters:
        assert cluster.trend.points[0].period == "2026-01-12"
        assert sum(point.count for point in cluster.trend.points) == cluster.size
        assert cluster.trend.change == pytest.approx(1, abs=0.1)


def test_what_rises_is_told_from_what_falls():
    early = corpus(6, ("harvest", "court"))
    late = [replace(b, date="2026-12-01") for b in corpus(6, ("court", "rocket"), first=6)]
    found = topics.cluster([replace(b, date="2026-01-01") for b in early] + late, k=3)
    change = {cluster.terms[0].lower(): cluster.trend.change for cluster in found.clusters}
    for word, value in change.items():
        if word in SUBJECTS["rocket"]:
            assert value > 5
        elif word in SUBJECTS["harvest"]:
            assert value < 0.2
        else:
            assert 0.8 < value < 1.25


# with a model


@pytest.fixture(scope="module")
def known():
    """A model that knows two of the four subjects, and `other`."""
    labelled = [
        replace(
            b,
            paragraphs=(
                Paragraph("Photo: staff", label="boilerplate"),
                *(
                    replace(p, label=p.label if p.label in ("harvest", "court") else "other")
                    for p in b.paragraphs
                ),
            ),
        )
        for b in corpus(16, ("harvest", "court", "football"), seed=5)
    ]
    return topics.train(labelled)


def test_what_a_model_does_not_know_is_clustered_apart(briefings, known):
    found = topics.cluster(briefings, k=4, model=known)
    emerging = [cluster for cluster in found.clusters if cluster.emerging]
    words = {term.lower() for cluster in emerging for term in cluster.terms}
    assert words & set(SUBJECTS["rocket"]) and words & set(SUBJECTS["football"])
    assert not words & set(SUBJECTS["harvest"])
    for cluster in found.clusters:
        if not cluster.emerging:
            assert max(cluster.topics, key=cluster.topics.get) in ("harvest", "court")
        assert sum(cluster.topics.values()) == pytest.approx(1)


def test_boilerplate_is_left_out_with_a_model(briefings, known):
    with_captions = [replace(b, paragraphs=(Paragraph("Photo: staff"), *b.paragraphs)) for b in briefings]
    found = topics.cluster(with_captions, k=4, model=known)
    assert all(member.unit.index > 0 for member in found.members)


# bad input


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "there is no paragraph with content to cluster"),
        (["", " "], "there is no paragraph with content to cluster"),
        (["The of and.", "And of the.", "It is.", "To be or not to be."], "no paragraph has a word to go by"),
        (
            ["Wheat rose."] * 9,
            "4 clusters need as many paragraphs that differ in their words, and there is 1;",
        ),
        (
            ["Wheat rose.", "Courts sat.", "Rockets flew."],
            "4 clusters need as many paragraphs that differ .* there are 3",
        ),
    ],
)
def test_too_little_is_told_in_one_line(texts, message):
    with pytest.raises(InputError, match=message) as error:
        topics.cluster([Briefing("b", tuple(map(Paragraph, texts)))], k=4)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("k", [0, -1, 2.5, "many"])
def test_a_number_that_is_none_is_refused(k):
    with pytest.raises(ValueError, match="expected 'auto' or a whole number from 1"):
        topics.cluster([], k=k)
