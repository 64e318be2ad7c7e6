"""Clusters: what a corpus speaks of, without labels, by k-means."""
