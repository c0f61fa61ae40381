"""Problem 4: the KL divergence is never negative, and adds up over independent coordinates."""
