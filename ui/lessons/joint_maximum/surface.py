"""g as a surface to turn with the pointer, with the ridge on it."""

import numpy as np

from hw9core.figures.joint_maximum import surface_figure
from ui.lessons.joint_maximum.material import Material
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene


@published(16)
def scene(material: Material) -> Scene:
    """Every second grid point is enough for a surface."""
    land, ridge = material.land, material.ridge
    heights = np.interp(ridge.theta, land.theta, land.f - ridge.least)
    figure = surface_figure(land.theta[::2], land.g[::2, ::2], (ridge.theta, ridge.phi, heights))
    words = "g as a surface over θ and φ, its ridge as high as f"
    return Scene(((Cell((Figure("surface", figure, 500, words),)),),))
