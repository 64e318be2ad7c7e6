"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from topics.corpus.topic_list import TopicList
from topics.errors import TopicsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from topics.classification.model import Model
    from topics.classification.prediction import Prediction


DEFAULT_MODEL = "starter"


def complete_models(incomplete: str) -> list[str]:
    """Offer the names of models to the shell."""
    from topics.models import available

    try:
        return [name for name in available() if name.startswith(incomplete)]
    except OSError:
        return []


Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, or - for standard input.")]
Corpus = Annotated[
    list[str], typer.Argument(metavar="CORPUS", help="Labelled files or folders, or - for standard input.")
]
ModelName = Annotated[
    str,
    typer.Option("--model", "-m", help="Name of a model, or its folder.", autocompletion=complete_models),
]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of standard output.")
]
Split = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Only briefings whose 'split' is this; may be given again."),
]
Topics = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="The closed list of topics; by default topics.toml beside the corpus, or all labels.",
    ),
]
ShownTopics = Annotated[
    str | None,
    typer.Option(
        "--topics",
        metavar="FILE",
        help="Names and colours; by default those of the model that made the results.",
    ),
]
ShownModel = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", help="Take names and colours from this model.", autocompletion=complete_models
    ),
]
Seed = Annotated[
    int, typer.Option(min=0, max=2**32 - 1, help="Of everything random; same seed, same result.")
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=1, help="Processes; results are the same for any number.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Of a Dask scheduler (tcp://host:8786) whose workers do the work, or local; see docs/scale.md.",
    ),
]


def usage_error(message: str) -> typer.BadParameter:
    """Return an error of wrong usage, exit code 2."""
    return typer.BadParameter(message)


def model_folder(name: str) -> Path:
    """Return a model's folder; a name that does not exist is wrong usage."""
    from topics.models import find

    try:
        return find(name)
    except TopicsError as error:
        raise usage_error(str(error)) from None


def load_model(name: str) -> Model:
    """Load a model; a name that does not exist is wrong usage."""
    from topics.classification.model import Model

    return Model.load(model_folder(name))


def shown_topics(predictions: Sequence[Prediction], topics: str | None, model: str | None) -> TopicList:
    """Return names and colours for results: of the list or model that was named, else see `topics_of`."""
    from topics.output.results import topics_of

    if topics is not None and model is not None:
        raise usage_error("--topics and --model both give names and colours; give one of them")
    if topics is not None:
        return topics_of(predictions, TopicList.read(topics))
    return topics_of(predictions, None if model is None else load_model(model).topics)


def topic_list(path: str | None, corpus: list[str]) -> TopicList | None:
    """Read the list of topics that was named, or that lies beside the corpus."""
    from pathlib import Path

    if path is not None:
        return TopicList.read(path)
    for place in corpus:
        folder = Path(place) if Path(place).is_dir() else Path(place).parent
        if place != "-" and (folder / "topics.toml").is_file():
            return TopicList.read(str(folder / "topics.toml"))
    return None
