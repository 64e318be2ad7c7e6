"""`topics explain`: why a paragraph got its topic."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from topics.cli.console import format_for, use_color, write
from topics.cli.options import DEFAULT_MODEL, ModelName, Output, load_model, usage_error


def explain(
    path: Annotated[str, typer.Argument(metavar="PATH", help="One briefing, or - for standard input.")],
    model: ModelName = DEFAULT_MODEL,
    paragraph: Annotated[
        int | None,
        typer.Option("--paragraph", "-p", metavar="N", help="Only this one; numbers as in classify."),
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option(metavar="TOPIC", help="Explain this topic's score instead of the chosen one's."),
    ] = None,
    format: Annotated[Literal["table", "json", "html"] | None, typer.Option("--format", "-f")] = None,
    output: Output = None,
) -> None:
    """Show which terms, and how far the neighbours, gave a paragraph its topic.

    Example:  topics explain briefing.txt --paragraph 13

    \b
    topics explain briefing.txt -p 13 --topic iran   why not Iran?
    topics explain briefing.txt -o why.html

    The parts of a score add up to it. A score is the natural log of the
    probability, measured from the mean over all topics.
    """
    from topics.classification.explanation import explain as explain_all
    from topics.corpus.readers import read
    from topics.output.page import explanation_page
    from topics.output.table import explanation_table

    kind = format_for(output, format, {".json": "json", ".html": "html", ".htm": "html"}, "table")
    chosen = load_model(model)
    briefing = read(path)
    n = len(briefing.paragraphs)
    if paragraph is not None and not 0 <= paragraph < n:
        raise usage_error(f"--paragraph is {paragraph}; the briefing has paragraphs 0 to {n - 1}")
    explanations = explain_all(chosen, briefing, topic)
    if paragraph is not None:
        explanations = [explanations[paragraph]]
    if kind == "json":
        result = {"id": briefing.id, "paragraphs": [explanation.to_dict() for explanation in explanations]}
        write([json.dumps(result, ensure_ascii=False, indent=1) + "\n"], output)
    elif kind == "html":
        write(explanation_page(explanations, chosen.topics, briefing.title or briefing.id), output)
    else:
        write([explanation_table(explanations, chosen.topics, color=use_color(output))], output)
