"""More than one machine: shards of a corpus in, parts of its results out, by workers that a scheduler leads."""
