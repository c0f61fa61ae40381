"""The lesson's state as the ledger of problem 2 reads it."""

from hw9core.distributions.composite import Mixture
from hw9core.distributions.line import Normal
from hw9core.ledger.line_flow import Flow
from hw9core.line_flow.data_sets import GaussianMixture
from ui.lessons.line_flow.material import Material

_SEED = 0


def state(material: Material, values: dict[str, float]) -> Flow:
    """The shown flow with its probe and time.

    The data are the Gaussian mixture that it was trained on; where they are none, the flow's own mixture.
    """
    flow = material.final
    rows = tuple(tuple(map(float, row)) for row in (flow.weights, flow.locs, flow.scales))
    data = material.data
    known = (data.weights, data.locs, data.scales) if isinstance(data, GaussianMixture) else rows
    normals = tuple(Normal(loc, scale) for loc, scale in zip(*known[1:], strict=True))
    return Flow(*rows, values["probe"], values["t"], Mixture(tuple(known[0]), normals), _SEED)
