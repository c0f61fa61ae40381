"""What of each view must stand on one screen: its figures, the control that moves them, its key readouts."""

from dataclasses import dataclass

from ui.lessons import anomaly, divergence, joint_maximum, line_flow
from ui.lessons.coupling import plane, wrong


@dataclass(frozen=True)
class Stage:
    """One view of a page: its address, its live component, and what is looked at during a drag."""

    address: str
    live: str
    figures: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    readouts: tuple[str, ...] = ()

    @property
    def moving(self) -> str | None:
        """The slider that is moved, if the view has one."""
        return next(
            (f'[data-testid="{name}"]' for name in self.controls if name.startswith("control-")), None
        )

    @property
    def selectors(self) -> dict[str, str]:
        """What each part is called in the report, and how it is found in the page."""
        figures = {f"figure {name}": f'[data-figure="{name}"]' for name in self.figures}
        controls = {name: f'[data-testid="{name}"]' for name in self.controls}
        readouts = {f"readout {name}": f'[data-testid="readout-{name}"]' for name in self.readouts}
        return figures | controls | readouts


_RATES = ("tau", "type_1_error", "type_2_error")
_TAU = ("control-tau",)
_THRESHOLD = {
    "overview": (("scores",), _TAU, _RATES),
    "images": (("scores",), (*_TAU, "gallery-evidence"), _RATES),
    "rules": (("scores",), (*_TAU, "control-k_scale"), _RATES),
    "curves": (("scores", "rates", "det"), _TAU, _RATES),
    "classes": (("scores",), (*_TAU, "bar-alpha_0", "bar-beta_9"), _RATES),
    "uncertainty": (("scores",), _TAU, (*_RATES, "alpha_low", "beta_high")),
    "training": (
        ("epoch_scores", "epoch_roc"),
        ("control-epoch", "play-epoch"),
        ("epoch_tau", "epoch_alpha", "epoch_beta"),
    ),
    "detectors": (("scores",), _TAU, _RATES),
    "your image": (("scores",), (*_TAU, "canvas-own"), ("own", "own_flagged", *_RATES)),
}
_FLOW = {
    line_flow.JOURNEY: (("stage", "map"), ("control-t", "play-t", "control-probe"), ("area_0", "probe_z")),
    line_flow.LEARNING: (
        ("density", "map", "losses", "latent"),
        ("control-epoch", "play-epoch"),
        ("train_loss", "test_loss", "divergence"),
    ),
    line_flow.NORMALITY: (("qq",), ("table-tests",), ()),
    line_flow.BY_HAND: (
        ("density", "hand_map", "slope"),
        ("control-weight1", "control-width2"),
        ("hand_loss",),
    ),
    line_flow.NEGATIVE: (
        ("signed_cdf", "signed_slope"),
        ("control-w",),
        ("integral", "variation", "fallen", "exists"),
    ),
}
_PLANE = {
    plane.LAYERS: (("start", "stage"), ("control-layer", "play-layer"), ("ratio", "factor", "difference")),
    plane.LEARNING: (
        ("stage", "density"),
        ("control-snapshot", "play-snapshot"),
        ("epoch", "train_loss", "test_loss"),
    ),
}
_WRONG = {
    wrong.LAYERS: (("2", "4", "8", "data"), ("control-noises",), ("far_2", "far_4", "far_8", "far_data")),
    wrong.PERMUTATIONS: (("with", "without"), ("control-layer",), ("moved_with", "moved_without")),
    wrong.BOUND: (("losses",), ("control-at_epoch",), ("loss_unbounded", "loss_bounded")),
}
_KL = {
    divergence.JENSEN: (("jensen",), (), ("kl", "mean_ratio", "chord_height", "curve_height")),
    divergence.DENSITIES: (
        ("pair", "forward", "reverse"),
        ("control-loc", "control-scale"),
        ("kl", "kl_reverse", "positive"),
    ),
    divergence.ADDITIVITY: (("additivity",), ("control-rho",), ("sum", "joint", "gap")),
}
_JOINT = {
    joint_maximum.LANDSCAPE: (("profile", "heat"), ("control-theta",), ("f", "h", "g", "below")),
    joint_maximum.SURFACE: (("surface",), (), ()),
    joint_maximum.PATHS: (
        ("heat", "values"),
        ("control-step", "play-step"),
        ("g_coordinate", "g_gradient", "g_iterated"),
    ),
    joint_maximum.BREAK: (("gapped", "c"), ("control-size", "control-slope"), ("shift", "first_order")),
}


def _views(page: str, live: str, views: dict[str, tuple], key: str = "view") -> list[Stage]:
    joined = "&" if "?" in page else "?"
    return [Stage(f"{page}{joined}{key}={view}", live, *parts) for view, parts in views.items()]


_IN_PLANE = "coupling?part=Two dimensions"
_PAIR = ("kl_pq", "kl_qp", "jeffreys")
STAGES = (
    *_views("threshold", "threshold", _THRESHOLD),
    *_views("flow", "flow", _FLOW),
    Stage("coupling", "coupling", (), ("matrix-jacobian", "control-x2"), ("sum_s", "slogdet", "diagonal")),
    *_views(_IN_PLANE, "plane", _PLANE),
    *_views(f"{_IN_PLANE}&view={plane.WRONG}", "plane", _WRONG, "broken"),
    *(Stage(f"kl?view={view}", view, *parts) for view, parts in _KL.items()),
    Stage("gaussian-kl", "gaussian-kl", ("stage",), (), _PAIR),
    *_views("joint-maximum", "joint", _JOINT),
)
TABLES = {
    anomaly: (_THRESHOLD, anomaly.VIEWS),
    line_flow: (_FLOW, line_flow.VIEWS),
    plane: (_PLANE, plane.VIEWS),
    wrong: (_WRONG, wrong.VIEWS),
    divergence: (_KL, divergence.VIEWS),
    joint_maximum: (_JOINT, joint_maximum.VIEWS),
}
