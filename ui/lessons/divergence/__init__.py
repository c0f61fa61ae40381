"""The lesson on two properties of the divergence (problem 4): non-negativity and additivity."""

JENSEN, DENSITIES, ADDITIVITY = VIEWS = ("jensen", "densities", "additivity")
