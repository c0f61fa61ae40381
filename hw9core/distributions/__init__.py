"""Distributions: on the line, composed, Gaussian, and flows. All of them share one vocabulary.

``log_prob`` and ``sample(n, rng)``; on the line also ``cdf``, ``sf``, ``quantile``, ``isf``, ``mean``,
``variance``, ``entropy`` and ``support``.
"""
