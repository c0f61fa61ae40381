"""ROC curve with the moving operating point, and figure 1 of the homework."""

from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY
from hw9core.store.checkpoints import Checkpoint
from ui.lessons.anomaly import base
from ui.lessons.anomaly.decision import Decision, decision
from ui.lessons.anomaly.material import Material
from ui.live.marks import Point
from ui.live.published import published
from ui.live.scene import Cell, Figure, Scene


@published()
def scene(material: Material, scale: figures.AxisScale, trained: Checkpoint) -> Scene:
    """The ROC curve, beside it the training of the homework's autoencoder ``trained`` where it is chosen."""
    now = decision(material, scale)
    beside = (Cell((_figure_1(trained),)),) if material.choice.is_homeworks else ()
    return base.scene(now) + Scene(((Cell((roc(now),)), *beside),))


def _figure_1(trained: Checkpoint) -> Figure:
    loss = trained.arrays["training_loss"]
    figure = figures.loss_figure(loss, loss.size // trained.metadata["config"]["epochs"])
    return Figure("loss", figure, 340, "Training loss of every iteration of the autoencoder")


def roc(now: Decision) -> Figure:
    """The ROC curve and the operating point."""
    material = now.material
    figure = figures.roc_figure(material.scores, material.auroc, now.scale, material.reference)
    label = f"α {now.type_1_error:.4f}, β {now.type_2_error:.4f}"
    point = Point(now.type_1_error, now.power, ANOMALY, label)
    return Figure("roc", figure, 340, "ROC curve with the operating point of the current threshold", (point,))
