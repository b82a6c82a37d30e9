"""From results to claims: gates, the ESSA tier, the recommendation, and the words that a design allows."""
