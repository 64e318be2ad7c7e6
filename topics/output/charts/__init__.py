"""Pictures of results: each function takes data and returns a matplotlib Figure, which `save` writes.

In a notebook a chart shows itself when it is the last line of a cell.
"""

from topics.output.charts.cluster_map import clusters, k_curve
from topics.output.charts.heatmap import heatmap
from topics.output.charts.page import FORMATS, Chart, save
from topics.output.charts.ribbon import ribbon
from topics.output.charts.scores import confusion, reliability
from topics.output.charts.shares import shares
from topics.output.charts.timeline import timeline

__all__ = [
    "FORMATS", "Chart", "clusters", "confusion", "heatmap", "k_curve", "reliability", "ribbon", "save",
    "shares", "timeline",
]  # fmt: skip
