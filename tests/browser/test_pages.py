"""Pages in a real browser: nothing runs, nothing is fetched, and everybody can read and operate them."""

from __future__ import annotations

import copy
import itertools

import pytest

from topics import Topic, TopicList
from topics.corpus.topic_list import GREY, PALETTE
from topics.output.page import prediction_page
from topics.output.report import clusters_page, report_page

from ..output.samples import ALL, CLUSTERS, MONDAY, TOPICS, classified

pytestmark = pytest.mark.browser
ARABIC = "قال المتحدث إن المحادثات مستمرة"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def long_report() -> str:
    """Every colour there is, long names, other scripts, months with and without briefings."""
    topics = TopicList(
        [
            *(Topic(f"c{n}", f"Topic {n} {LONG[: 4 * n]}", color=color) for n, color in enumerate(PALETTE)),
            Topic("black", "Black", color="#000000"),
            Topic("yellow", "Yellow", color="#FFFF00"),
            Topic("white", "White", color="#FFFFFF"),
            Topic("ad", "Advertisement", color=GREY, content=False),
        ]
    )
    many = [
        classified(
            f"b{number}",
            [
                *((f"Paragraph on {id}. {LONG}", id, 0.6 if place % 3 == 0 else 0.9) for place, id in enumerate(topics.ids)),
                (ARABIC, "c1", 0.9),
                ("Read more", "ad", 0.5),
            ],
            date=f"20{20 + number}-0{number + 1}-15",
            title=ARABIC if number == 1 else f"Briefing {number} {LONG}",
            topics=topics,
        )
        for number in range(4)
    ]  # fmt: skip
    clusters = copy.deepcopy(CLUSTERS)
    clusters["clusters"][0]["name"] = LONG
    telling = [["paragraph"]] * (len(topics) + 2)
    return "".join(report_page(many, topics, clusters=clusters, telling=lambda _: telling))


PAGES = {
    "report": long_report,
    "report without text": lambda: "".join(report_page(ALL, TOPICS, clusters=CLUSTERS, with_text=False)),
    "small report": lambda: "".join(report_page([MONDAY], TOPICS)),
    "clusters": lambda: "".join(clusters_page(CLUSTERS)),
    "classify": lambda: "".join(prediction_page(ALL, TOPICS)),
}
every_page = pytest.mark.parametrize("page", PAGES)


@every_page
def test_a_page_says_nothing_and_asks_for_nothing(show, page):
    shown = show(PAGES[page]())
    shown.wait_for_timeout(100)
    assert shown.title() and shown.inner_text("h1")


HOSTILE = "<script>window.hacked=1;alert(1)</script><img src=x onerror=window.hacked=1>"


def test_a_script_in_any_text_is_shown_and_not_run(show):
    topics = TopicList([Topic("t", f"name {HOSTILE}"), Topic("u", "U")])
    prediction = classified(
        f"id {HOSTILE}", [(f"text {HOSTILE}", "t", 0.9)], date=f"date {HOSTILE}", title=f"title {HOSTILE}", topics=topics
    )  # fmt: skip
    clusters = copy.deepcopy(CLUSTERS)
    clusters["clusters"][0] |= {"name": f"cluster {HOSTILE}", "terms": [f"term {HOSTILE}"]}
    page = show("".join(report_page([prediction], topics, clusters=clusters, telling=lambda _: [["window"]])))
    shown = page.text_content("body")
    for what in ("name", "id", "text", "date", "title", "cluster", "term"):
        assert f"{what} {HOSTILE}" in shown, what
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")
    assert page.evaluate("document.scripts.length") == 0


def test_the_policy_stops_what_would_run_or_be_fetched(show):
    """Put there by hand, as if escaping had failed."""
    tricks = "<script>window.hacked=1</script><img src='http://127.0.0.1:9/x.png' onerror='window.hacked=1'>"
    page = show(PAGES["small report"]().replace("<main>", f"<main>{tricks}"), quiet=False)
    fetched = []
    page.on("response", lambda response: fetched.append(response.url))
    page.reload()
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("window.hacked === undefined")
    assert [url for url in fetched if url.startswith("http")] == []


@every_page
def test_headings_are_in_order_and_landmarks_are_there(show, page):
    shown = show(PAGES[page]())
    levels = shown.eval_on_selector_all("h1, h2, h3, h4, h5, h6", "all => all.map(e => +e.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for role in ("banner", "main", "contentinfo"):
        assert shown.get_by_role(role).count() == 1, role
    assert shown.get_attribute("html", "lang") == "en"


@every_page
def test_every_picture_and_every_scrolling_part_has_a_name(show, page):
    shown = show(PAGES[page]())
    nameless = shown.eval_on_selector_all(
        "svg, img, nav, [role=region]", "all => all.filter(e => !e.getAttribute('aria-label')).length"
    )
    assert nameless == 0
    assert shown.eval_on_selector_all("svg:not([role=img])", "all => all.length") == 0
    ids = shown.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    lost = "all => all.map(e => e.getAttribute('href')).filter(to => !document.getElementById(to.slice(1)))"
    assert shown.eval_on_selector_all("a", lost) == []


def test_the_keyboard_reaches_every_link_of_the_contents_and_sees_where_it_is(show):
    page = show(PAGES["report"]())
    wanted = page.eval_on_selector_all("nav a", "all => all.map(e => e.getAttribute('href'))")
    assert wanted[:4] == ["#distribution", "#timeline", "#clusters", "#briefings"] and len(wanted) == 8
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('nav') !== null"):
            reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached[: len(wanted)] == wanted
    page.locator("nav a", has_text="Briefing 3").press("Enter")
    assert page.evaluate("location.hash") == "#b3"
    from playwright.sync_api import expect

    expect(page.locator("#b3 h3")).to_be_in_viewport()


def test_the_timeline_can_be_read_as_a_table_by_keyboard(show):
    page = show(PAGES["report"]())
    details = page.locator("#timeline details")
    assert not details.locator("table").is_visible()
    details.locator("summary").press("Enter")
    assert details.locator("table").is_visible()
    assert details.locator("tbody tr").count() == 40  # months from 2020-01 to 2023-04, most of them empty
    assert details.locator("thead th").nth(3).inner_text().startswith("Topic")


# The contrast of each text with what is behind it (WCAG 2, section 1.4.3): relative luminance of both, as painted.
CONTRAST = """() => {
  const ink = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = color => { ink.clearRect(0, 0, 1, 1); ink.fillStyle = color; ink.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = ink.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const behind = element => { if (!element) return rgba(getComputedStyle(document.documentElement).colorScheme
      && matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#ffffff').slice(0, 3);
    return over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement)); };
  const luminance = color => { const [r, g, b] = color.map(v => v / 255).map(
      v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  document.querySelectorAll('details').forEach(e => e.open = true);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; node = texts.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('svg')) continue;
    const ground = behind(element), text = over(rgba(getComputedStyle(element).color), ground);
    const [high, low] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), node.data.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}"""


@every_page
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(show, page, dark):
    shown = show(PAGES[page](), dark=dark)
    ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is not dark
    contrasts = shown.evaluate(CONTRAST)
    assert len(contrasts) > 20
    lowest, text = contrasts[0]
    assert lowest >= 4.5, f"{text}: {lowest:.2f}"


@every_page
def test_a_phone_shows_all_of_it_without_scrolling_sideways(show, page):
    shown = show(PAGES[page](), width=360)
    shown.add_style_tag(content="* { content-visibility: visible !important }")  # also what is further down
    shown.eval_on_selector_all("details", "all => all.forEach(e => e.open = true)")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    outside = "all => all.filter(e => e.getBoundingClientRect().right > 361 && !e.closest('.wide')).length"
    assert shown.eval_on_selector_all("body *", outside) == 0


def visible(page) -> str:
    """The text of what is there, be it on the screen or further down, where the browser may not have drawn it yet."""
    parts = "all => all.filter(e => e.checkVisibility()).map(e => e.textContent).join('\\n')"
    return page.locator("#briefings :is(h3, p, li)").evaluate_all(parts)


@pytest.mark.parametrize("with_text", [True, False])
def test_the_filter_leaves_what_is_for_review(show, with_text):
    page = show("".join(report_page(ALL, TOPICS, with_text=with_text)))
    for kept in ("Monday's briefing", "april", "undated", "Iran", "Other"):
        assert kept in visible(page)
    page.get_by_role("checkbox", name="Only what is for review (2 paragraphs)").press("Space")
    shown = visible(page)
    assert "Monday's briefing" in shown and "undated" in shown
    assert "april" not in shown  # neither the briefing nor its entry in the list
    if with_text:
        assert "It was on the agenda." in shown and "Unread." in shown
        for gone in ("The bases in Syria", "MOSCOW", "enrichment", "Iran answered."):
            assert gone not in shown, gone
    page.get_by_role("checkbox").press("Space")
    assert "april" in visible(page)


def test_text_from_right_to_left_is_shown_so(show):
    page = show(PAGES["report"]())
    paragraph = page.locator("article p", has_text=ARABIC).first
    assert paragraph.evaluate("e => getComputedStyle(e).direction") == "rtl"
    number = paragraph.locator("bdi").bounding_box()
    assert (
        number["x"] + number["width"] < paragraph.bounding_box()["x"] + 180
    )  # in the margin like all others
    assert page.locator("#b1 h3").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_on_paper_there_are_no_controls_and_everything_is_unfolded(show):
    page = show(PAGES["report"]())
    page.emulate_media(media="print")
    assert not page.locator("nav").first.is_visible() and not page.locator("#review").is_visible()
    assert page.locator("#timeline table").is_visible()
    assert page.pdf().startswith(b"%PDF")
