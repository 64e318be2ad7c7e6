"""Make background.tsv.gz: in how many paragraphs of public-domain transcripts each word stands.

    python seeds/make_background.py wh_briefings.jsonl.gz

The transcripts are press briefings of the White House, 2009 to 2016, works of
the US government. Words in fewer than ten paragraphs are left out.
"""

import sys
from pathlib import Path

import topics
from topics.features.background import Background

texts = (text for briefing in topics.read_corpus(*sys.argv[1:]) for text in briefing.texts)
Background.count(texts).write(Path(__file__).parent / "background.tsv.gz", at_least=10)
