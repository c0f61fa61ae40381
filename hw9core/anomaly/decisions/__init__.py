"""From scores to decisions: error rates, thresholds, curves, intervals, comparisons."""
