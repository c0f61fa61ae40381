"""The lesson's state as the ledger of problem 6 reads it."""

from hw9core.ledger.joint_maximum import OnPage
from ui.lessons.joint_maximum.material import Material


def state(material: Material, values: dict[str, float]) -> OnPage:
    """The problem with the point in hand."""
    return OnPage(material.problem, values["theta"], values["phi"])
