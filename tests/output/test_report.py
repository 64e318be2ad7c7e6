"""The report: what is on the page, what is not, and how large it is."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import InputError, Topic, TopicList
from topics.output.page import prediction_page
from topics.output.report import clusters_page, report_page
from topics.output.summaries import read_clusters

from .samples import ALL, APRIL, CLUSTERS, MONDAY, TOPICS, UNDATED, classified


def page_of(predictions, topics=TOPICS, **options) -> str:
    return "".join(report_page(predictions, topics, **options))


class Shown(HTMLParser):
    """The text of a page as a browser would show it, by the id of the section and by tag."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.section, self.tag = "", ""
        self.sections: dict[str, str] = {}
        self.tags: dict[str, list[str]] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag == "section":
            self.section = dict(attributes)["id"]
        self.tag = tag

    def handle_data(self, data):
        self.sections[self.section] = self.sections.get(self.section, "") + data
        self.tags.setdefault(self.tag, []).append(data)


def test_the_distribution_counts_words_paragraphs_briefings_and_review():
    table = re.findall(
        r'dir="auto">(\w+)(?:<span.*?</span>)?</span></th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>',
        page_of(ALL),
    )
    assert table == [
        ("Syria", "54.2%", "2", "1", "1"),  # 13 of 24 words
        ("Iran", "33.3%", "3", "2", "1"),
        ("Other", "12.5%", "1", "1", "0"),
        ("Boilerplate", "-", "2", "1", "0"),
    ]


def test_the_timeline_has_gaps_counts_and_says_what_has_no_date():
    page = page_of(ALL)
    shown = Shown(page).sections["timeline"]
    rows = re.findall(r'<tr><th scope="row">(2026-\d\d-\d\d)</th>(.*)</tr>', page)
    assert len(rows) == 16 and rows[0][0] == "2026-01-05"  # by week
    assert rows[0][1] == "<td>1</td><td>3</td><td>72%</td><td>28%</td><td>0%</td>"
    assert rows[1][1] == "<td>0</td><td>0</td><td></td><td></td><td></td>"  # not 0%
    assert "1 briefing without a date" in shown
    heights = re.findall(r'<path class="t\d" d="(M.*?)"', page)
    assert (
        sum(path.count("M") for path in heights) == 3
    )  # two topics in one week, one in another, nothing between


@pytest.mark.parametrize(
    ("predictions", "said"),
    [
        ([UNDATED], "No briefing has a date"),
        (
            [classified("ad", [("Ad.", "boilerplate", 0.9)], date="2026-01-01")],
            "No briefing with a date has content",
        ),
    ],
)
def test_a_timeline_that_cannot_be_drawn_is_said(predictions, said):
    page = page_of(predictions)
    assert said in page and '<svg class="stacks"' not in page


def test_many_topics_become_one_in_the_timeline():
    topics = TopicList.from_labels([f"topic{n:02}" for n in range(25)])
    rows = [("word " * (30 - n), f"topic{n:02}", 0.9) for n in range(25)]
    shown = Shown(page_of([classified("b", rows, date="2026-01-01", topics=topics)], topics))
    assert "18 other topics" in shown.sections["timeline"]
    assert "topic06" in shown.sections["timeline"] and "topic07" not in shown.sections["timeline"]
    assert "topic24" in shown.sections["distribution"]


def test_telling_terms_are_underlined_and_what_cannot_be_is_said():
    page = page_of([MONDAY], telling=lambda p: [["moscow"], ["syria", "damascus"], [], [], ["iran"]])
    assert "bases in <u>Syria</u> were" in page and "<u>Damascus</u> said" in page
    assert "<u>MOSCOW</u>" not in page  # nothing speaks for boilerplate
    assert "not underlined" not in page
    assert "Telling terms are not underlined: the model" in page_of([MONDAY])


def test_paragraphs_show_number_probability_and_review():
    page = page_of([MONDAY])
    assert "<h4>Syria 80%</h4>" in page  # the mean, weighted by words
    assert "<p class=r><b>3: 55% review</b> It was on the agenda.\n" in page
    assert "<b>2: 90% Boilerplate</b> (Photo)" in page


def test_the_ribbon_is_as_wide_as_its_paragraphs_are_long():
    (path,) = re.findall(r'<path class=t1 d="M(\d+) 4h(\d+)"/>', page_of([MONDAY]))
    assert [int(number) for number in path] == [750, 249]  # the last 5 of 20 words, less the gap


HOSTILE = "<script>window.hacked=1</script>\"'><img src=x onerror=alert(1)>&amp;"


def hostile_page(**options) -> str:
    topics = TopicList([Topic("t", HOSTILE, color="red}</style><script>"), Topic("u", "U")])
    prediction = classified(
        HOSTILE, [(HOSTILE, "t", 0.9), ("x", "t", 0.1)], date=HOSTILE, title=HOSTILE, topics=topics
    )
    clusters = copy.deepcopy(CLUSTERS)
    clusters["unit"] = clusters["gone"][0]["name"] = HOSTILE
    clusters["clusters"][0] |= {
        "name": HOSTILE, "terms": [HOSTILE], "status": HOSTILE, "topics": {HOSTILE: 1.0},
        "examples": [{"briefing": HOSTILE, "index": None, "text": HOSTILE}],
        "trend": [{"period": HOSTILE, "share": 0.1, "count": 1}],
    }  # fmt: skip
    return page_of(
        [prediction], topics, clusters=clusters, telling=lambda p: [["script", "window"], []], **options
    )


@pytest.mark.parametrize("with_text", [True, False])
def test_text_is_shown_and_not_run_wherever_it_stands(with_text):
    page = hostile_page(with_text=with_text)
    assert not re.search("<script|<img|</style>.*</style>", page, re.DOTALL)
    texts = "".join("".join(parts) for parts in Shown(page).tags.values())
    assert HOSTILE in texts


def test_the_policy_of_every_page_forbids_scripts_and_network():
    pages = [page_of(ALL), "".join(clusters_page(CLUSTERS)), "".join(prediction_page(ALL, TOPICS))]
    for page in pages:
        assert "default-src 'none'; style-src 'unsafe-inline'" in page
        assert not re.search(r"https?:|src=|@import|url\(", page)


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(st.lists(text, min_size=1, max_size=4), st.data())
def test_every_paragraph_is_on_the_page_as_it_is(texts, data):
    terms = [
        data.draw(st.lists(st.sampled_from(re.findall(r"\w\w+", text.lower()) or ["x"]))) for text in texts
    ]
    prediction = classified("b", [(text, "syria", 0.9) for text in texts])
    page = page_of([prediction], telling=lambda p: terms)
    body = page[page.index("<article") :]
    paragraphs = [
        re.sub("</?u>", "", line)
        for line in re.findall(r"<p.*?</b(?:di)?> (.*?)\n(?=<p|</div>)", body, re.DOTALL)
    ]
    assert ["".join(Shown(f"<p>{p}").tags.get("p", [])) for p in paragraphs] == texts


def test_without_text_nothing_of_it_is_on_the_page():
    page = page_of(ALL, clusters=CLUSTERS, with_text=False, telling=lambda p: pytest.fail("not asked for"))
    kept = set(re.findall(r"\w+", "iran other syria briefing monday april undated in of the on said was it"))
    source = [text for prediction in ALL for text in prediction.briefing.texts]
    source += [cluster["name"] for cluster in [*CLUSTERS["clusters"], *CLUSTERS["gone"]]]
    source += [term for cluster in CLUSTERS["clusters"] for term in cluster["terms"]]
    words = {word.lower() for text in source for word in re.findall(r"\w+", text)} - kept
    assert len(words) > 15
    _, body = page.split("</style>")
    assert not words & {word.lower() for word in re.findall(r"\w+", body)}
    shown = Shown(page)
    assert "Syria 80% 1 to 3; for review: 3" in "".join(shown.sections["briefings"].splitlines())
    assert "Cluster 3" in shown.sections["clusters"] and "Made without the text" in page


def test_what_is_for_review_between_segments_is_told_without_text_too():
    rows = [("On Syria.", "syria", 0.9), *[("Unread", "boilerplate", 0.5)] * 3, ("On Iran.", "iran", 0.9)]
    page = page_of([classified("b", rows)], with_text=False)
    assert "Between segments, for review: 1 to 3" in page


def test_a_briefing_without_paragraphs_is_shown():
    page = page_of([classified("empty", []), MONDAY])
    assert "empty" in page and "0 paragraphs in 0 segments" in page


def test_clusters_show_all_that_is_known_of_them():
    shown = Shown(page_of(ALL, clusters=CLUSTERS)).sections["clusters"]
    for part in (
        "2 clusters of 3,000 paragraphs, 17 of them near-duplicates", "No longer there: old harvest", "grain, prices, harvest",
        "120 paragraphs, 4.0% of all · coherence 0.21 · stability 0.80", "new emerging", "Other 90%", "Iran 10%", "unheard-of 100%",
        "2026-01: 3.0%", "Grain prices rose.", "april, paragraph 0", "coherence -", "How the number of clusters, 2, was chosen",
    ):  # fmt: skip
        assert part in shown, part
    assert shown.index("bases") < shown.index("grain prices")  # the largest first
    assert '<a href="#b1">april</a>' in page_of(ALL, clusters=CLUSTERS)


def test_the_page_of_clusters_stands_alone():
    page = "".join(clusters_page(CLUSTERS))
    assert "<h1" in page and "Clusters of 3,000 paragraphs" in page and "grain, prices" in page
    assert "#b1" not in page
    assert "grain" not in "".join(clusters_page(CLUSTERS, with_text=False))


def test_pages_are_the_same_each_time():
    assert page_of(ALL, clusters=CLUSTERS) == page_of(copy.deepcopy(ALL), clusters=copy.deepcopy(CLUSTERS))


MODEL_BRIEFING = [  # as long as the paragraphs of a wire report are
    (f"{opening} the ministry's spokesman told reporters that the talks on item {n} would go on until Sunday, and that "
     "nothing was decided.", topic, 0.6 if n % 4 == 0 else 0.99)
    for n, (opening, topic) in enumerate(
        [("Asked again,", "syria")] * 9 + [("Turning to Tehran,", "iran")] * 8 + [("At home,", "other")] * 8
    )
]  # fmt: skip


def test_the_markup_of_200_briefings_is_small():
    """Besides the text itself: 100 bytes a paragraph, ribbon, lists, headings and timeline included."""
    many = [
        classified(
            f"wire-{n:03}",
            MODEL_BRIEFING,
            date=f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
            title="A weekly briefing",
        )
        for n in range(200)
    ]
    telling = [["tehran", "talks"]] * len(MODEL_BRIEFING)
    size = len(page_of(many, telling=lambda p: telling).encode())
    text = 200 * sum(len(text) for text, _, _ in MODEL_BRIEFING)
    assert 500_000 < text < 700_000
    assert size - text < 100 * 200 * len(MODEL_BRIEFING)
    assert len(page_of(many, with_text=False).encode()) < 300_000


# clusters.json


def written(tmp_path, record) -> str:
    (tmp_path / "clusters.json").write_text(json.dumps(record))
    return str(tmp_path)


def test_clusters_are_read_back_as_written(tmp_path):
    assert read_clusters(written(tmp_path, CLUSTERS)) == CLUSTERS


def changed(path: list, value) -> dict:
    record = copy.deepcopy(CLUSTERS)
    place = record
    for key in path[:-1]:
        place = place[key]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return record


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ([], "is a list where an object should be"),
        (changed(["clusters"], 3), "clusters: is a number where a list should be"),
        (changed(["unit"], KeyError), "has no 'unit'"),
        (changed(["clusters", 1, "share"], float("nan")), "is not valid JSON"),
        (changed(["clusters", 0, "terms", 1], 5), "terms: is a number where a text should be"),
        (changed(["clusters", 0, "topics", "iran"], "much"), "topics: iran: is a text where a number should be"),
        (changed(["clusters", 0, "examples", 0, "text"], None), "examples: text: is missing where a text should be"),
        (changed(["clusters", 0, "trend", 0, "share"], KeyError), "trend: has no 'share'"),
        (changed(["clusters", 0, "size"], True), "size: is true or false where a whole number should be"),
        (changed(["gone", 0], "x"), "gone: is a text where an object should be"),
        (changed(["curve", 0, "k"], "x"), "curve: k: is a text where a whole number should be"),
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_refused(tmp_path, record, problem):
    with pytest.raises(InputError, match=re.escape(problem)):
        read_clusters(written(tmp_path, record))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_json_is_refused(tmp_path, data):
    (tmp_path / "clusters.json").write_bytes(data)
    with pytest.raises(InputError, match=r"clusters\.json: is not valid JSON"):
        read_clusters(tmp_path)


def test_a_folder_without_clusters_is_refused(tmp_path):
    with pytest.raises(InputError, match="expected a folder that `topics cluster` wrote"):
        read_clusters(tmp_path)


def test_the_page_of_one_briefing_links_to_it():
    assert "<a href=#b0>april</a>" in page_of([APRIL])
