"""Takes multi-topic briefings apart: a topic for every paragraph, where topics change, how sure, and why.

>>> import topics
>>> briefing = topics.Briefing.from_text("Asked about Damascus, he declined to comment.")
>>> topics.load("starter").classify(briefing).topics
['syria']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# What each public name is imported from, the first time it is asked for:
# `import topics` takes a few milliseconds, scikit-learn most of a second.
_HOMES = {
    "Briefing": "topics.corpus.briefing",
    "BriefingClassifier": "topics.classification.classifier",
    "BundleError": "topics.errors",
    "Cluster": "topics.clustering.clusters",
    "Clusters": "topics.clustering.clusters",
    "Explanation": "topics.classification.explanation",
    "InputError": "topics.errors",
    "Model": "topics.classification.model",
    "OutputError": "topics.errors",
    "Paragraph": "topics.corpus.briefing",
    "Prediction": "topics.classification.prediction",
    "SchedulerError": "topics.errors",
    "Segment": "topics.classification.prediction",
    "Topic": "topics.corpus.topic_list",
    "TopicList": "topics.corpus.topic_list",
    "TopicsError": "topics.errors",
    "TopicsWarning": "topics.errors",
    "TrainingError": "topics.errors",
    "cluster": "topics.clustering.clusters",
    "cross_validate": "topics.evaluation.crossval",
    "evaluate": "topics.evaluation.report",
    "explain": "topics.classification.explanation",
    "load": "topics.models",
    "promote": "topics.output.promotion",
    "read": "topics.corpus.readers",
    "read_corpus": "topics.corpus.readers",
    "read_results": "topics.output.results",
    "relabel": "topics.corpus.relabelling",
    "segment": "topics.segmentation",
    "train": "topics.classification.training",
    "write_clusters": "topics.output.cluster_folder",
}

__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from topics.classification.classifier import BriefingClassifier as BriefingClassifier
    from topics.classification.explanation import Explanation as Explanation
    from topics.classification.explanation import explain as explain
    from topics.classification.model import Model as Model
    from topics.classification.prediction import Prediction as Prediction
    from topics.classification.prediction import Segment as Segment
    from topics.classification.training import train as train
    from topics.clustering.clusters import Cluster as Cluster
    from topics.clustering.clusters import Clusters as Clusters
    from topics.clustering.clusters import cluster as cluster
    from topics.corpus.briefing import Briefing as Briefing
    from topics.corpus.briefing import Paragraph as Paragraph
    from topics.corpus.readers import read as read
    from topics.corpus.readers import read_corpus as read_corpus
    from topics.corpus.relabelling import relabel as relabel
    from topics.corpus.topic_list import Topic as Topic
    from topics.corpus.topic_list import TopicList as TopicList
    from topics.errors import BundleError as BundleError
    from topics.errors import InputError as InputError
    from topics.errors import OutputError as OutputError
    from topics.errors import SchedulerError as SchedulerError
    from topics.errors import TopicsError as TopicsError
    from topics.errors import TopicsWarning as TopicsWarning
    from topics.errors import TrainingError as TrainingError
    from topics.evaluation.crossval import cross_validate as cross_validate
    from topics.evaluation.report import evaluate as evaluate
    from topics.models import load as load
    from topics.output.cluster_folder import write_clusters as write_clusters
    from topics.output.promotion import promote as promote
    from topics.output.results import read_results as read_results
    from topics.segmentation import segment as segment


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'topics' has no attribute '{name}'")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
