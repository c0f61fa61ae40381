"""The lesson on the divergence between Gaussians (problem 5): two ellipses in the plane, tuned live."""

from ui.lessons.gaussians import plane, stage

FIRST_SCENES = (lambda: stage.scene(plane.START, "nats"),)
