"""Numbers to topics: linear scores, the chain over a briefing, the model, its explanations."""
