"""`topics promote`: a cluster becomes a topic."""

from __future__ import annotations

from typing import Annotated

import typer

from topics.cli.console import tell
from topics.cli.options import usage_error
from topics.corpus.topic_list import TopicList


def promote(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder that cluster wrote.")],
    cluster: Annotated[int, typer.Argument(metavar="CLUSTER", help="The cluster's id.")],
    topic: Annotated[str, typer.Option("--as", metavar="TOPIC", help="Id of the topic, new or known.")],
    topics: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="List of topics to add it to; by default that of cluster's model."),
    ] = None,
) -> None:
    """Make a cluster a topic, with its paragraphs as labels.

    Example:  topics promote clusters/ 7 --as gaza-talks

    \b
    Look through clusters/promoted/labelled.jsonl, then train on both:
    topics train corpus.jsonl --relabel clusters/promoted -o models/mine \\
        --topics clusters/promoted/topics.toml

    Writes DIR/promoted/labelled.jsonl, a labelled corpus, and topics.toml, the
    topics that were known and the new one. Further clusters are added to both.
    Clustering into DIR again leaves them.
    """
    from topics.output.promotion import LABELLED, TOPICS
    from topics.output.promotion import promote as promote_cluster

    if not topic.strip():
        raise usage_error("--as is empty; give the id of a topic, such as gaza-talks")
    known = None if topics is None else TopicList.read(topics)
    done = promote_cluster(folder, cluster, topic, topics=known)
    kept = f" {done.kept} kept another label." if done.kept else ""
    tell(
        f"{done.folder / LABELLED}: {done.paragraphs:,} paragraphs of {done.briefings:,} briefings are "
        f"labelled '{topic}'.{kept} Look through them, then:  topics train CORPUS --relabel {done.folder} "
        f"--topics {done.folder / TOPICS} -o models/mine"
    )
