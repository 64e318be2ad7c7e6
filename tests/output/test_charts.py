"""What charts say: the right numbers, colours that mean one thing, gaps, and what they refuse to draw."""

from __future__ import annotations

import datetime
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Text

from topics import InputError, OutputError, TopicList, TopicsWarning
from topics.corpus.topic_list import PALETTE
from topics.output import charts
from topics.output.charts import periods
from topics.output.charts.looks import PALE, looks
from topics.output.charts.placement import place_labels

from .briefings import cluster_record, evaluation, many, prediction_of, topic_list

TOPICS = TopicList.from_records(
    {
        "syria": {"name": "Syria", "color": "#0072B2"},
        "iran": {"name": "Iran", "color": "#009E73"},
        "money": {"name": "Economy"},
        "boilerplate": {"name": "Boilerplate"},
    }
)


def texts(chart) -> list[str]:
    return [text.get_text() for text in chart.findobj(Text) if text.get_text()]


def areas(chart, color: str) -> list[Rectangle]:
    found = [patch for patch in chart.axes[0].patches if isinstance(patch, Rectangle)]
    return [patch for patch in found if to_hex(patch.get_facecolor()).upper() == color.upper()]


def widths(chart, color: str) -> list[float]:
    return [patch.get_width() for patch in areas(chart, color)]


def example(**given):
    rows = [("boilerplate", 10, 0.9), ("syria", 30, 0.9), ("iran", 10, 0.5), ("syria", 60, 0.7)]
    return prediction_of(TOPICS, rows, **given)


# shares


def test_shares_of_one_briefing_are_bars_as_long_as_they_are_large():
    chart = charts.shares([example(title="Monday")], TOPICS)
    (syria,), (iran,) = widths(chart, "#0072B2"), widths(chart, "#009E73")
    assert syria / iran == pytest.approx(9)
    assert {"Monday", "Syria", "90%", "Iran", "10%"} <= set(texts(chart))
    assert "3 paragraphs and 1 of boilerplate, not counted" in " ".join(texts(chart))
    assert "Boilerplate" not in texts(chart)


def test_shares_of_some_briefings_stand_side_by_side_below_all_of_them():
    other = prediction_of(TOPICS, [("iran", 100, 0.9)], title="Tuesday", date="2026-01-02")
    chart = charts.shares([other, example(title="Monday", date="2026-01-01")], TOPICS)
    found = texts(chart)
    assert found.index("All of them") < found.index("2026-01-01 Monday") < found.index("2026-01-02 Tuesday")
    assert "Iran: 55%" in found and "Syria: 45%" in found  # 110 and 90 words


def test_shares_of_very_many_briefings_say_in_how_many_a_topic_is():
    quiet = [prediction_of(TOPICS, [("iran", 10, 0.9)]) for _ in range(1230)]
    found = texts(charts.shares([*quiet, example(), example()], TOPICS))
    assert "briefings with it" in found and "1,232" in found and "2" in found


def test_more_topics_than_colours_are_taken_together_in_bars():
    topics = topic_list(25)
    rows = [(f"t{n}", 100 - n, 0.9) for n in range(25)]
    found = texts(charts.shares([prediction_of(topics, rows)] * 2, topics))
    assert "17 smaller topics: 65%" in found


def test_a_briefing_of_boilerplate_alone_is_said_to_be_so_among_others():
    empty = prediction_of(TOPICS, [("boilerplate", 10, 0.9)])
    for draw in (charts.shares, charts.heatmap):
        assert "no subject: boilerplate alone" in texts(draw([example(), empty], TOPICS))


# timeline


def dated(*dates: str | None):
    return [prediction_of(TOPICS, [("syria", 10, 0.9)], date=date) for date in dates]


def steps(chart, panel: int = 0) -> np.ndarray:
    """The values of a panel; the first axes are the page."""
    found = [p for p in chart.axes[1 + panel].patches if isinstance(p, StepPatch) and p.get_fill()]
    return found[-1].get_data().values


def test_a_week_without_briefings_is_a_gap_and_not_a_zero():
    iran = prediction_of(TOPICS, [("iran", 10, 0.9)], date="2026-01-19")
    chart = charts.timeline([*dated("2026-01-05", "2026-01-08"), iran], TOPICS, "week")
    np.testing.assert_equal(steps(chart), [1, np.nan, 0])
    np.testing.assert_equal(steps(chart, 1), [0, np.nan, 1])
    np.testing.assert_equal(steps(chart, 2), [2, 0, 1])  # paragraphs
    assert "grey: a week without briefings" in " ".join(texts(chart))


def test_a_timeline_weighs_briefings_by_their_words():
    short = prediction_of(TOPICS, [("iran", 25, 0.9)], date="2026-01-05")
    long = prediction_of(TOPICS, [("syria", 75, 0.9)], date="2026-01-06")
    np.testing.assert_equal(steps(charts.timeline([short, long], TOPICS, "month")), [0.75])


def test_briefings_without_date_are_left_out_and_counted():
    found = " ".join(texts(charts.timeline(dated("2026-01-05T10:00:00Z", None, "soon"), TOPICS)))
    assert "1 briefing, 5 Jan 2026" in found and "2 briefings without date left out" in found


@pytest.mark.parametrize(
    ("last", "per"), [("2026-02-10", "day"), ("2026-10-01", "week"), ("2028-01-01", "month")]
)
def test_periods_are_as_long_as_the_time_they_span_suggests(last, per):
    assert f"Paragraphs a {per}" in texts(charts.timeline(dated("2026-01-05", last), TOPICS))


def test_months_and_weeks_begin_where_the_calendar_says():
    day = periods.day_number
    assert periods.edges(day("2024-01-31"), day("2024-03-01"), "month") == [
        day("2024-01-01"), day("2024-02-01"), day("2024-03-01"), day("2024-04-01"),
    ]  # fmt: skip
    monday = periods.edges(day("2026-01-01"), day("2026-01-05"), "week")
    assert [datetime.date.fromordinal(d).isoformat() for d in monday] == [
        "2025-12-29", "2026-01-05", "2026-01-12",
    ]  # fmt: skip


def test_days_from_a_wrong_century_are_told_instead_of_drawn():
    with pytest.raises(
        InputError, match=r"more than 1,500 days from 0001-01-01 to 2026-01-05; mend the dates"
    ):
        charts.timeline(dated("0001-01-01", "2026-01-05"), TOPICS, "day")


# ribbon


def test_a_ribbon_is_as_wide_as_paragraphs_are_long_and_filled_as_they_are_sure():
    chart = charts.ribbon(example(), TOPICS)
    first, last = areas(chart, "#0072B2")
    assert last.get_width() / first.get_width() == pytest.approx(2, rel=0.02)
    assert last.get_height() / first.get_height() == pytest.approx(0.7 / 0.9)
    assert len(areas(chart, PALE)) == 1  # boilerplate is there, but pale
    assert len(areas(chart, "#222222")) == 1  # to review
    assert {"Syria: 90%", "Iran: 50%", "Syria: 70%"} <= set(texts(chart))


def test_a_long_ribbon_is_broken_so_that_every_segment_is_named():
    rows = [(("syria", "iran", "money")[n % 3], 20, 0.9) for n in range(40)]
    found = texts(charts.ribbon(prediction_of(TOPICS, rows), TOPICS))
    assert sum(text.startswith(("Syria: ", "Iran: ", "Economy: ")) for text in found) >= 40


def test_a_ribbon_of_too_many_segments_has_a_key():
    rows = [(("syria", "iran")[n % 2], 20, 0.9) for n in range(900)]
    assert {"Syria: 50%", "Iran: 50%"} <= set(texts(charts.ribbon(prediction_of(TOPICS, rows), TOPICS)))


# heat map


def test_a_heat_map_takes_neighbours_in_time_together():
    predictions = dated(*(f"2026-{1 + n % 12:02}-{1 + n // 12:02}" for n in range(120)))
    found = texts(charts.heatmap(predictions, TOPICS))
    assert "2026-01-01 to 2026-01-03" in found
    assert "a row is 2 or 3 briefings that follow each other" in " ".join(found)
    assert sum(text == "100" for text in found) == 50


# colours


def test_a_topic_looks_the_same_whatever_is_drawn_beside_it():
    alone = charts.shares([prediction_of(TOPICS, [("iran", 10, 0.9)])], TOPICS)
    both = charts.shares([example(), example()], TOPICS)
    for chart in (alone, both, charts.ribbon(example(), TOPICS), charts.heatmap([example()], TOPICS)):
        assert areas(chart, "#009E73")


def test_the_first_six_colours_need_no_hatch():
    assert {look.hatch for look in looks(topic_list(6)).values()} <= {""} | {
        looks(topic_list(6))["boilerplate"].hatch
    }


def test_topics_whose_colours_are_alike_to_the_colour_blind_get_different_hatches():
    topics = TopicList.from_records(
        {"a": {"color": PALETTE[1]}, "b": {"color": PALETTE[6]}, "c": {}, "d": {}}
    )
    found = looks(topics)
    assert found["a"].hatch != found["b"].hatch
    many_looks = [looks(topic_list(25))[f"t{n}"] for n in range(25)]
    assert len(set(many_looks)) == 25


# clusters


def test_labels_stand_near_their_points_and_on_no_other():
    anchors = [(2.0, 2.0)] * 20
    sizes = [(0.8, 0.15)] * 20
    places = place_labels(anchors, sizes, np.array([(2.0, 2.0)] * 50), 4, 4)
    boxes = np.array([(x, y, x + 0.8, y + 0.15) for x, y in places])
    assert (boxes[:, :2] >= 0).all() and (boxes[:, 2:] <= 4 + 1e-9).all()
    low, high = np.maximum(boxes[:, None, :2], boxes[:, :2]), np.minimum(boxes[:, None, 2:], boxes[:, 2:])
    assert not np.triu((high - low > 1e-9).all(axis=2), 1).any()
    assert np.abs(boxes[0, :2] - 2).max() < 1


def test_a_label_for_which_there_is_no_room_is_left_out():
    assert place_labels([(0.5, 0.5)] * 2, [(0.9, 0.9)] * 2, np.zeros((1, 2)), 1, 1)[1] is None
    assert place_labels([(0.5, 0.5)], [(2, 0.1)], np.zeros((1, 2)), 1, 1) == [None]


def test_clusters_are_named_on_the_map_or_by_their_ids_in_a_list():
    few = texts(charts.clusters(cluster_record(8)))
    assert sum(text.startswith("oil spill") for text in few) == 2
    crowded = texts(charts.clusters(cluster_record(110, long=True)))
    assert sum(text.startswith("Health ") for text in crowded) == 27
    assert {str(n) for n in range(110)} <= set(crowded)


def test_the_chosen_k_is_marked():
    assert "k = 12" in texts(charts.k_curve(cluster_record(12)))


# scores


def test_a_confusion_matrix_shows_counts_parts_and_names():
    report = {
        **evaluation(["syria", "iran"]),
        "confusion": {"labels": ["syria", "iran"], "rows": [[3, 1], [0, 0]]},
    }
    found = texts(charts.confusion(report, TOPICS))
    assert {"Syria", "Iran", "3", "75%", "1", "25%", "no paragraph has this label"} <= set(found)
    assert "syria" in texts(charts.confusion(report))


def test_the_rarest_topics_of_a_large_confusion_matrix_are_taken_together():
    report = evaluation([f"t{n}" for n in range(60)])
    found = texts(charts.confusion(report))
    assert "21 rarer topics" in found and "t59" in found and "t0" not in found


def test_reliability_tells_how_many_paragraphs_a_point_rests_on():
    found = texts(charts.reliability(evaluation(["a"])))
    assert {"3", "53", "1,472"} <= set(found) and any("(ECE) 0.086" in text for text in found)


# what is refused


@pytest.mark.parametrize(
    ("draw", "problem"),
    [
        (lambda: charts.shares([], TOPICS), "no paragraph has a subject"),
        (lambda: charts.heatmap([prediction_of(TOPICS, [("boilerplate", 9, 0.9)])], TOPICS), "no paragraph has a"),
        (lambda: charts.shares([prediction_of(TOPICS, [("iran", 0, 0.9)])], TOPICS), "no paragraph has a subject"),
        (lambda: charts.timeline(dated(None), TOPICS), "no briefing has a date such as 2026-01-29"),
        (lambda: charts.timeline([prediction_of(TOPICS, [("boilerplate", 9, 0.9)], date="2026-01-01")], TOPICS), "no paragraph"),
        (lambda: charts.ribbon(prediction_of(TOPICS, []), TOPICS), "briefing 'b': has no paragraph"),
        (lambda: charts.shares([example()], TOPICS.only(["iran"])), "'syria' is not a topic"),
        (lambda: charts.ribbon(example(), TOPICS.only(["iran", "boilerplate"])), "'syria' is not a topic"),
        (lambda: charts.clusters({**cluster_record(3), "map": {"x": [], "y": [], "cluster": []}}), "the map is empty"),
        (lambda: charts.k_curve({**cluster_record(3), "curve": []}), "cluster with --k auto"),
        (lambda: charts.reliability({**evaluation(["a"]), "reliability": []}), "counted no paragraph"),
        (lambda: charts.confusion({**evaluation(["a"]), "confusion": {"labels": ["a"], "rows": [[0]]}}), "counted no"),
    ],
)  # fmt: skip
def test_there_is_never_an_empty_picture(draw, problem):
    with pytest.raises(InputError, match=problem):
        draw()


# files and notebooks


@pytest.mark.parametrize("ending", charts.FORMATS)
def test_the_same_results_give_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        charts.save(charts.ribbon(example(title="Monday"), TOPICS), tmp_path / f"{name}{ending}")
    first = (tmp_path / f"a{ending}").read_bytes()
    assert first == (tmp_path / f"b{ending}").read_bytes()
    assert first.startswith({".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[ending])
    assert b"Monday" in first  # the title, for search and screen readers


def test_other_endings_are_refused_and_older_pictures_kept(tmp_path):
    chart = charts.ribbon(example(), TOPICS)
    with pytest.raises(
        InputError, match=r"x.gif: names no kind of picture; expected a name that ends in .png"
    ):
        charts.save(chart, tmp_path / "x.gif")
    with pytest.raises(OutputError, match="cannot be written"):
        charts.save(chart, tmp_path / "none" / "x.png")
    assert not list(tmp_path.iterdir())


def test_the_users_own_settings_neither_change_a_chart_nor_are_changed(tmp_path):
    charts.save(charts.timeline(many(TOPICS, 20), TOPICS), tmp_path / "a.png")
    own = {
        "font.size": 30,
        "axes.facecolor": "red",
        "font.family": "monospace",
        "savefig.dpi": 20,
        "text.usetex": True,
    }
    with matplotlib.rc_context(own):
        charts.save(charts.timeline(many(TOPICS, 20), TOPICS), tmp_path / "b.png")
        assert {key: matplotlib.rcParams[key] for key in own} == {**own, "font.family": ["monospace"]}
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_notebook_shows_a_chart_by_itself():
    chart = charts.shares([example()], TOPICS)
    assert chart._repr_png_().startswith(b"\x89PNG")
    assert chart.axes  # without, IPython's inline backend takes a figure to be empty


def test_drawing_needs_no_pyplot():
    code = "from topics.output import charts; import sys; print('matplotlib.pyplot' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output == "False\n"


def test_letters_that_no_font_has_are_told(tmp_path):
    chart = charts.shares([example(title="\U00012000\U00012001")], TOPICS)  # cuneiform
    with pytest.warns(TopicsWarning, match="letters of the text are in no font that is installed"):
        charts.save(chart, tmp_path / "a.png")


def test_dollars_in_titles_are_no_formula():
    assert "Aid: $3 bn to $5 bn" in texts(charts.shares([example(title="Aid: $3 bn to $5 bn")], TOPICS))
