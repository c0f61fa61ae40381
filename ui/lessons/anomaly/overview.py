"""ROC curve with the moving operating point, and figure 1 of the homework."""

from hw9core.figures import anomaly_scores as figures
from hw9core.figures.theme import ANOMALY
from hw9core.store.checkpoints import Checkpoint
from ui.lessons.anomaly.material import Material
from ui.live.marks import Point
from ui.live.scene import Cell, Figure, Scene


def scene(material: Material, scale: figures.AxisScale, trained: Checkpoint) -> Scene:
    """Both figures side by side; ``trained`` is the autoencoder whose training figure 1 shows."""
    loss = trained.arrays["training_loss"]
    figure_1 = figures.loss_figure(loss, loss.size // trained.metadata["config"]["epochs"])
    return roc(material, scale) + Scene(
        figures={"loss": Figure(figure_1, 340, "Training loss of every iteration of the autoencoder")},
        rows=((Cell(("figure:roc",)), Cell(("figure:loss",))),),
    )


def roc(material: Material, scale: figures.AxisScale) -> Scene:
    """The ROC curve, ``figure:roc``, in no row yet."""
    figure = figures.roc_figure(material.scores, material.auroc, scale, material.reference)
    return Scene(
        figures={"roc": Figure(figure, 340, "ROC curve with the operating point of the current threshold")},
        marks=(Point("roc", "type_1_error", "power", ANOMALY, "α {type_1_error:.4f}, β {type_2_error:.4f}"),),
    )
