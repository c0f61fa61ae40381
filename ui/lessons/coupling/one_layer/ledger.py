"""The lesson's state as the ledger of problem 3 reads it."""

from hw9core.ledger.coupling import Layer
from ui.lessons.coupling.one_layer import Request


def state(request: Request) -> Layer:
    """The layer and the point on screen."""
    return Layer(request.dim, request.mask, request.seed, tuple(request.point), request.leaky)
