"""Text to numbers: terms, their weights, sparse rows."""
