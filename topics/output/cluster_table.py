"""Clusters as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from topics.clustering.clusters import Cluster, Clusters
from topics.output.cluster_section import change_of
from topics.output.shell import plural
from topics.output.terminal import dim, fit, printable, strong

TERMS = 7


def cluster_table(found: Clusters, width: int = 100, color: bool = False) -> str:
    """Show clusters by size: id, part of the units, stability, trend, name and further terms.

    Parameters
    ----------
    found : Clusters
    width : int, default=100
        Columns of the terminal.
    color : bool, default=False
    """
    facts = f"{plural(len(found.clusters), 'cluster')} of {plural(len(found.members), found.unit)}"
    notes = [
        f"{plural(found.duplicates, 'near-duplicate')} counted once" if found.duplicates else "",
        f"{found.left_out:,} with no word to go by left out" if found.left_out else "",
    ]
    lines = [strong(facts, color) + dim("".join(f"; {note}" for note in notes if note), color), ""]
    known = [cluster for cluster in found.clusters if not cluster.emerging]
    emerging = [cluster for cluster in found.clusters if cluster.emerging]
    dated = any(cluster.trend.change is not None for cluster in found.clusters)
    lines += _rows(known, width, color, dated)
    if emerging:
        lines += ["", strong("May be new topics", color) + dim(": other, or for review", color)]
        lines += _rows(emerging, width, color, dated)
    if found.gone:
        lines += [
            "",
            "No longer there: " + printable("; ".join(f"{id} {name}" for id, name in found.gone.items())),
        ]
    return "\n".join(lines) + "\n"


def _rows(clusters: Sequence[Cluster], width: int, color: bool, dated: bool) -> list[str]:
    if not clusters:
        return []
    head = f"{'id':>4}  {'share':>6}  {'size':>7}  {'stable':>6}  {'trend  ' if dated else ''}terms"
    lines = [dim(head, color)]
    for cluster in clusters:
        stability = "" if cluster.stability is None else f"{cluster.stability:.0%}"
        start = f"{cluster.id:>4}  {cluster.share:>6.1%}  {cluster.size:>7,}  {stability:>6}  "
        if dated:
            start += f"{change_of(cluster.trend.change):<5}  "
        status = f" ({cluster.status})" if cluster.status not in (None, "kept") else ""
        room = max(20, width - len(start))
        name = fit(cluster.name + status, room).rstrip()
        rest = ", ".join(cluster.terms[3:TERMS])
        left = room - len(name) - 3
        more = dim(f" · {fit(rest, left).rstrip()}", color) if rest and left > 12 else ""
        lines.append(f"{start}{strong(name, color)}{more}")
    return lines
