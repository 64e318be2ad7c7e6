"""One briefing from a cold shell: python benchmarks/cold_start.py DATA [--json FILE]

Whole processes, in turn: `topics classify` of the sample briefing; a script that unpickles a scikit-learn pipeline
trained on the same corpus with the same terms and prints its predictions for the same paragraphs; and the floor,
`python -c "import numpy, typer"`. Modules are compiled to bytecode before, as they are for any user from the second
start on. DATA is not used: the corpus is the starter's.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import arguments, in_turn, medians, show, texts_and_labels, write
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import topics

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "seeds" / "samples" / "spokesman-briefing.txt"
SCRIPT = """
import pickle, sys
with open(sys.argv[1], "rb") as file:
    pipeline = pickle.load(file)
with open(sys.argv[2]) as file:
    paragraphs = [text for text in file.read().split("\\n\\n") if text.strip()]
print(*pipeline.predict(paragraphs), sep="\\n")
"""


def main() -> None:
    given = arguments(__doc__)
    texts, labels = texts_and_labels(list(topics.read_corpus(ROOT / "seeds" / "starter")))
    pipeline = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), LinearSVC(C=0.3)).fit(
        texts, labels
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        model, script = Path(folder) / "pipeline.pickle", Path(folder) / "predict.py"
        model.write_bytes(pickle.dumps(pipeline))
        script.write_text(SCRIPT)

        def run(*command):
            return lambda: subprocess.run(
                [sys.executable, *map(str, command)],
                check=True,
                env=environment,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
            )

        seconds = in_turn(
            {
                "topics classify": run("-m", "topics", "classify", SAMPLE),
                "an unpickled pipeline": run(script, model, SAMPLE),
                "import numpy, typer": run("-c", "import numpy, typer"),
            },
            3 * given.runs,
        )
    found = medians(seconds)
    own = found["topics classify"]
    rows = [[name, f"{1000 * value:.0f}", f"{own / value:.2f}"] for name, value in found.items()]
    show("One briefing from a cold shell", ["", "ms", "topics classify, of its time"], rows)
    write(given.json, "cold_start", seconds)


if __name__ == "__main__":
    main()
