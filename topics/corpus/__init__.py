"""Text in: files of many formats become briefings, sequences of paragraphs."""
