"""Numerical tools that know no problem: quadrature, search, Monte Carlo, intervals."""
