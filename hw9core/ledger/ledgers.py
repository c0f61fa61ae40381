"""One ledger per problem, in the order of the homework."""

from __future__ import annotations

from hw9core.ledger import additivity, anomaly, coupling, divergence, gaussians, joint_maximum, line_flow
from hw9core.ledger.ledger import Ledger

LEDGERS: dict[str, Ledger] = {
    module.LEDGER.problem: module.LEDGER
    for module in (anomaly, line_flow, coupling, divergence, additivity, gaussians, joint_maximum)
}
