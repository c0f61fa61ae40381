"""The lesson of problem 3: one layer, a stack in the plane, and what can go wrong."""

from ui.lessons.coupling import one_layer, plane, wrong
from ui.lessons.coupling.plane.material import shipped

FIRST_SCENES = (
    lambda: one_layer.scene(one_layer.Request()),
    *(lambda view=view: view.scene(plane.Request(shipped("moons"))) for view in plane.VIEWS.values()),
    *(lambda name=name: wrong.VIEWS[name].scene(wrong.flows(name)) for name in wrong.VIEWS),
)
