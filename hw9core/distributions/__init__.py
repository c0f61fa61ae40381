"""Distributions with one vocabulary: on the line, composed, Gaussian, and flows (transform and base)."""
