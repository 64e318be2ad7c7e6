"""How good: scores of labels and of boundaries, on held-out briefings."""
