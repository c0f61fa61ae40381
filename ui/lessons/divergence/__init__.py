"""The lesson on two properties of the divergence (problem 4): non-negativity and additivity."""

from ui.lessons.divergence import additivity, densities, jensen

JENSEN, DENSITIES, ADDITIVITY = VIEWS = ("jensen", "densities", "additivity")

FIRST_SCENES = (
    lambda: jensen.scene(jensen.DEFAULT_COUNT, "nats"),
    lambda: densities.scene(*densities.first(), "nats"),
    lambda: additivity.scene(additivity.first("nats")),
)
