"""Problem 2: a one-dimensional flow, the distribution function of a mixture onto a base."""
