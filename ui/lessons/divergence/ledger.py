"""The lesson's state as the ledgers of problems 4a and 4b read it."""

from hw9core.divergence.families import FAMILIES
from hw9core.divergence.jensen import RatioAtoms
from hw9core.errors import InputError
from hw9core.ledger.additivity import Joint
from hw9core.ledger.divergence import Pair
from ui.lessons.divergence import additivity, densities, jensen

_SEED = 0


def of_atoms(values: dict[str, float], count: int) -> Pair | None:
    """The atoms on the curve, beside the densities that are shown first; None where an atom has no ratio."""
    weights = [values[slider.name] for slider in jensen.WEIGHTS[:count]]
    ratios = [values[slider.name] for slider in jensen.RATIOS[:count]]
    if min(ratios) <= 0.0:
        return None
    name, base = densities.first()
    return Pair(*FAMILIES[name].make(*base), RatioAtoms(weights, ratios), _SEED)


def of_densities(name: str, values: dict[str, float]) -> Pair | None:
    """The two densities, beside the atoms that are shown first; None where p is no density."""
    count = jensen.DEFAULT_COUNT
    weights, ratios = jensen.WEIGHTS[:count], jensen.RATIOS[:count]
    atoms = RatioAtoms([slider.default for slider in weights], [slider.default for slider in ratios])
    try:
        return Pair(*FAMILIES[name].make(*values.values()), atoms, _SEED)
    except InputError:
        return None


def of_coordinates(request: additivity.Request) -> Joint | None:
    """Two coordinates with their correlation; the ledger is written for two."""
    if len(request.names) != 2:
        return None
    coordinates = tuple(additivity.COORDINATES[name] for name in request.names)
    of_p = request.correlated == additivity.OF_P
    rho = {"rho_p" if of_p else "rho_q": request.rho}
    return Joint(coordinates, _SEED, **rho)
