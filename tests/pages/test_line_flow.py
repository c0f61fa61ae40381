"""The flow page without a browser: every family it sends, against independent routes."""

import math
from decimal import Decimal

import numpy as np
import pytest
from safetensors.numpy import load
from scipy import stats

from hw9core.line_flow.config import FlowConfig
from hw9core.store import checkpoints
from tests.pages.scene import component_data, decoded, open_page, scene
from ui.lessons import line_flow
from ui.lessons.line_flow import by_hand
from ui.lessons.line_flow.material import of_arrays
from ui.live.blocks import ReadoutGroup

NAMES = {
    "two": "two Gaussians",
    "three": "three Gaussians",
    "skewed": "skewed (Gumbel)",
    "heavy": "heavy tails (Student t)",
    "uniform": "uniform",
}


def arrays_of(data_set: str):
    return checkpoints.load(checkpoints.find(FlowConfig(data_set=data_set))).arrays


def mixture_pdf(arrays, epoch: int, x: np.ndarray) -> np.ndarray:
    parts = zip(arrays["weights"][epoch], arrays["locs"][epoch], arrays["scales"][epoch], strict=True)
    return sum(w * stats.norm.pdf(x, mu, sigma) for w, mu, sigma in parts)


def mixture_cdf(arrays, epoch: int, x: np.ndarray) -> np.ndarray:
    parts = zip(arrays["weights"][epoch], arrays["locs"][epoch], arrays["scales"][epoch], strict=True)
    return sum(w * stats.norm.cdf(x, mu, sigma) for w, mu, sigma in parts)


def normal_z(arrays, epoch: int, x: np.ndarray) -> np.ndarray:
    """z on N(0, 1), from whichever tail of the mixture is the smaller, so that ±11 is as exact as 0."""
    parts = zip(arrays["weights"][epoch], arrays["locs"][epoch], arrays["scales"][epoch], strict=True)
    upper = sum(w * stats.norm.sf(x, mu, sigma) for w, mu, sigma in parts)
    lower = mixture_cdf(arrays, epoch, x)
    return np.where(lower < upper, stats.norm.ppf(lower), stats.norm.isf(upper))


def axis_range(spec, figure: str, axis: str) -> tuple[float, float]:
    return tuple(spec["figures"][figure]["plotly"]["layout"][axis]["range"])


@pytest.mark.parametrize("data_set", list(NAMES))
def test_figure_2b_is_the_density_and_the_map_of_every_epoch(data_set):
    arrays = arrays_of(data_set)
    _, sent = scene(open_page("line_flow", view="learning", data=NAMES[data_set]))
    x = sent["x"].astype(np.float64)
    for epoch in (0, 1, 30, 60):
        assert sent["density"][epoch] == pytest.approx(mixture_pdf(arrays, epoch, x), rel=1e-4, abs=1e-6)
        assert sent["map"][epoch] == pytest.approx(normal_z(arrays, epoch, x), abs=2e-3)


def test_figure_2c_holds_losses_and_the_histogram_of_z():
    arrays = arrays_of("two")
    spec, sent = scene(open_page("line_flow", view="learning"))
    train, test = spec["figures"]["losses"]["plotly"]["data"][:2]
    assert decoded(train["y"]) == pytest.approx(arrays["train_loss"])
    assert decoded(test["y"]) == pytest.approx(arrays["test_loss"])
    z = stats.norm.ppf(mixture_cdf(arrays, 60, arrays["data/train"]))
    edges = sent["z_edges"][::2].astype(np.float64)
    expected = np.histogram(z, edges)[0] / (z.size * np.diff(edges))
    assert sent["latent"][60][1:-1:2] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("base", ["normal", "uniform", "logistic"])
@pytest.mark.parametrize("data_set", list(NAMES))
def test_the_axes_hold_the_trained_flow_and_what_they_cannot_hold_is_counted(data_set, base):
    arrays = arrays_of(data_set)
    spec, sent = scene(open_page("line_flow", view="learning", data=NAMES[data_set], base=base))
    low, high = axis_range(spec, "map", "yaxis")
    assert low <= sent["map"][-1].min() and sent["map"][-1].max() <= high
    assert axis_range(spec, "latent", "xaxis") == (low, high)
    assert sent["latent"].max() <= axis_range(spec, "latent", "yaxis")[1]
    assert sent["density"].max() <= axis_range(spec, "density", "yaxis")[1]
    if base == "normal":
        for epoch in (0, 60):
            z = normal_z(arrays, epoch, arrays["data/train"])
            assert sent["z_beyond_table"][epoch] == np.count_nonzero((z < low) | (z > high))


def test_samples_beyond_the_plot_are_counted():
    arrays = arrays_of("heavy")
    spec, _ = scene(open_page("line_flow", view="learning", data=NAMES["heavy"]))
    both = np.concatenate([arrays["data/train"], arrays["data/test"]])
    low, high = axis_range(spec, "density", "xaxis")
    beyond = np.count_nonzero((both < low) | (both > high))
    title = spec["figures"]["samples"]["plotly"]["layout"]["xaxis"]["title"]["text"]
    assert beyond > 0 and title == f"x ({beyond} of 10,000 samples lie beyond)"


@pytest.mark.parametrize("components", ["1", "2", "3", "4"])
@pytest.mark.parametrize("data_set", list(NAMES))
def test_a_flow_by_hand_begins_within_its_plots_as_far_as_they_may_go(data_set, components):
    app = open_page("line_flow", view="by hand", data=NAMES[data_set], components=components)
    spec, at = scene(app)[0], component_data(app)["values"]
    k = np.arange(1, int(components) + 1)
    locs, scales = (np.array([at[f"{name}{i}"] for i in k]) for name in ("centre", "width"))
    x = np.linspace(*axis_range(spec, "hand_map", "xaxis"), 240)
    one = {"weights": [np.full(k.size, 1 / k.size)], "locs": [locs], "scales": [scales]}
    z = normal_z(one, 0, x)
    low, high = axis_range(spec, "hand_map", "yaxis")
    assert (low <= z[0] or low == -8) and (z[-1] <= high or high == 8)
    slope = mixture_pdf(one, 0, x) / stats.norm.pdf(z)
    assert slope[np.abs(z) < 8].max() <= axis_range(spec, "slope", "yaxis")[1]


@pytest.mark.parametrize("direction", ["x → z", "z → x, sampling"])
@pytest.mark.parametrize("base", ["normal", "uniform", "logistic"])
@pytest.mark.parametrize("data_set", list(NAMES))
def test_the_stage_holds_its_particles_and_the_map_its_curve(data_set, base, direction):
    query = {"data": NAMES[data_set], "base": base, "direction": direction}
    spec, sent = scene(open_page("line_flow", view="x to z", **query))
    low, high = axis_range(spec, "stage", "xaxis")
    assert low <= sent["particle_x"].min() and sent["particle_x"].max() <= high
    tops = max(sent[f"slice_{i}_y"].max() for i in range(8))
    assert tops <= axis_range(spec, "stage", "yaxis")[1]
    low, high = axis_range(spec, "map", "yaxis")
    assert sent["probe_map"][0] == pytest.approx(sent["probe_z_table"], rel=1e-6)
    assert low <= sent["probe_map"].min() and sent["probe_map"].max() <= high


def test_bits_are_nats_over_log_two():
    nats = scene(open_page("line_flow", view="learning"))[1]
    bits = scene(open_page("line_flow", view="learning", unit="bits"))[1]
    for name in ("train_loss_table", "test_loss_table", "divergence_table"):
        assert bits[name] == pytest.approx(nats[name] / math.log(2), rel=1e-12)


def test_divergence_is_that_of_numerical_integration():
    arrays = arrays_of("two")
    _, sent = scene(open_page("line_flow", view="learning"))
    x = np.linspace(-4, 5, 200_001)
    true = 0.5 * stats.norm.pdf(x, -1, 0.25) + 0.5 * stats.norm.pdf(x, 0.25, 0.5)
    for epoch in (0, 5, 60):
        integrand = true * np.log(true / mixture_pdf(arrays, epoch, x))
        assert sent["divergence_table"][epoch] == pytest.approx(np.trapezoid(integrand, x), abs=1e-7)


@pytest.mark.parametrize("way", ["straight", "by way of u"])
@pytest.mark.parametrize("direction", ["x → z", "z → x, sampling"])
@pytest.mark.parametrize("base", ["normal", "uniform", "logistic"])
def test_slices_keep_their_area_at_every_t(way, direction, base):
    _, sent = scene(open_page("line_flow", view="x to z", way=way, direction=direction, base=base))
    for i in range(8):
        assert sent[f"area_{i}_table"].shape == (101,)
        assert np.abs(sent[f"area_{i}_table"] - 0.125).max() < 1e-4


def test_drawn_slices_have_the_printed_area():
    _, sent = scene(open_page("line_flow", view="x to z"))
    for i in range(8):
        x, y = sent[f"slice_{i}_x"].astype(np.float64), sent[f"slice_{i}_y"].astype(np.float64)
        areas = np.sum(0.5 * (y[:, 1:] + y[:, :-1]) * np.diff(x, axis=1), axis=1)
        assert np.abs(areas - 0.125).max() < 2e-3  # what 40 points leave of a curved top


def test_particles_go_from_the_data_to_z_and_back_when_sampling():
    arrays = arrays_of("two")
    forward = scene(open_page("line_flow", view="x to z"))[1]["particle_x"]
    data = np.sort(arrays["data/test"][:80])
    assert forward[0] == pytest.approx(data, abs=1e-5)
    assert forward[-1] == pytest.approx(stats.norm.ppf(mixture_cdf(arrays, 60, data)), abs=1e-3)
    backward = scene(open_page("line_flow", view="x to z", direction="z → x, sampling"))[1]["particle_x"]
    assert stats.norm.ppf(mixture_cdf(arrays, 60, backward[-1].astype(float))) == pytest.approx(
        backward[0], abs=1e-2
    )


def test_probe_adds_up_to_the_density():
    arrays = arrays_of("two")
    _, sent = scene(open_page("line_flow", view="x to z"))
    x = sent["probe_x"].astype(np.float64)
    total = sent["probe_log_base_table"] + sent["probe_ladj_table"]
    assert total == pytest.approx(sent["probe_log_p_table"], abs=1e-9)
    assert np.exp(total) == pytest.approx(mixture_pdf(arrays, 60, x), rel=1e-4)


def control(spec, name: str) -> dict:
    (found,) = (control for control in spec["controls"] if control["name"] == name)
    return found


def is_position(value: float, slider: dict) -> bool:
    """Whether a number is a position of a slider, as exact as both are written."""
    low, step = Decimal(repr(slider["minimum"])), Decimal(repr(slider["step"]))
    return (Decimal(repr(value)) - low) % step == 0


@pytest.mark.parametrize("data_set", list(NAMES))
def test_the_probe_stands_on_round_numbers_that_cover_the_plot(data_set):
    app = open_page("line_flow", view="x to z", data=NAMES[data_set])
    spec, sent = scene(app)
    probe, start = control(spec, "probe"), component_data(app)["values"]["probe"]
    axis = spec["figures"]["map"]["plotly"]["layout"]["xaxis"]["range"]
    assert probe["tabulated"] and [probe["minimum"], probe["maximum"]] == axis
    assert is_position(0.0, probe) and is_position(probe["maximum"], probe) and is_position(start, probe)
    assert sent["probe_z_table"].size <= 1000
    arrays = arrays_of(data_set)
    ends = np.quantile(np.concatenate([arrays["data/train"], arrays["data/test"]]), [0.001, 0.999])
    assert probe["minimum"] < ends[0] and ends[1] < probe["maximum"]
    row = round((start - probe["minimum"]) / probe["step"])
    there = np.array([start])
    assert sent["probe_z_table"][row] == pytest.approx(stats.norm.ppf(mixture_cdf(arrays, 60, there))[0])
    log_p = np.log(mixture_pdf(arrays, 60, there))[0]
    assert sent["probe_log_p_table"][row] == pytest.approx(log_p)


@pytest.mark.parametrize("data_set", list(NAMES))
def test_by_hand_centres_start_on_positions(data_set):
    app = open_page("line_flow", view="by hand", data=NAMES[data_set], components="3")
    spec, values = scene(app)[0], component_data(app)["values"]
    for k in (1, 2, 3):
        for name in (f"centre{k}", f"weight{k}"):
            assert is_position(values[name], control(spec, name))
            assert is_position(control(spec, name)["maximum"], control(spec, name))


@pytest.mark.parametrize(("unit", "origin"), [(1e-12, 0.0), (1e6, 1e12), (1e-3, 1e9), (1e30, 0.0)])
@pytest.mark.parametrize("view", list(line_flow.VIEWS))
def test_own_numbers_may_be_in_any_unit(view, unit, origin):
    arrays = dict(arrays_of("two"))
    for name in ("data/train", "data/test", "locs"):
        arrays[name] = unit * arrays[name] + origin
    arrays["scales"] = unit * arrays["scales"]
    request = line_flow.Request(of_arrays(arrays, "normal", None))
    for slider in line_flow.VIEWS[view].scene(request).controls:
        shown = float(f"{slider.default:{slider.format}}")
        assert shown == pytest.approx(slider.default, rel=1e-15), "what is displayed is the state"


@pytest.mark.parametrize(
    ("name", "typed", "view"), [("probe", "-0.0126", "x to z"), ("w", "1.31", "negative weight")]
)
def test_between_two_positions_the_nearest_is_shown_and_said(name, typed, view):
    app = open_page("line_flow", view=view, data=NAMES["heavy"], **{name: typed})
    (spec, sent), value = scene(app), component_data(app)["values"][name]
    slider = control(spec, name)
    assert is_position(value, slider) and abs(value - float(typed)) <= 0.5001 * slider["step"]
    assert typed in app.info[0].value and f"{value:g}" in app.info[0].value
    row = round((value - slider["minimum"]) / slider["step"])
    if name == "probe":
        assert sent["probe_z_table"][row] == pytest.approx(
            normal_z(arrays_of("heavy"), 60, np.array([value]))[0]
        )
    else:
        x = np.linspace(-12.0, 12.0, 200_001)
        slope = value * stats.norm.pdf(x, -1.0, 0.25) + (1 - value) * stats.norm.pdf(x, 0.25, 0.5)
        assert sent["variation_table"][row] == pytest.approx(np.trapezoid(np.abs(slope), x), abs=1e-5)


SYMBOLS = {
    "normal": ("log φ(z)", r"\log \varphi(z)", r"z = \Phi^{-1}(u)"),
    "uniform": ("log b(z)", r"\log b(z)", "z = u"),
    "logistic": ("log b(z)", r"\log b(z)", r"z = \log\frac{u}{1 - u}"),
}


@pytest.mark.parametrize("base", list(SYMBOLS))
def test_formulas_name_the_base_that_is_chosen(base):
    app = open_page("line_flow", view="x to z", base=base)
    (group,) = (block for block in scene(app)[0]["blocks"] if block["name"] == "probe")
    in_words, density, quantile = SYMBOLS[base]
    assert group["readouts"][0]["sentence"].startswith(f"log p(x) = {in_words} + log dz/dx = ")
    explanation = app.markdown[-1].value
    assert density in explanation and quantile in explanation
    assert ("varphi" in explanation) == (base == "normal")


@pytest.mark.parametrize("base", list(SYMBOLS))
def test_the_ledger_says_that_it_is_onto_the_normal_where_another_base_is_shown(base):
    captions = [caption.value for caption in open_page("line_flow", view="x to z", base=base).caption]
    said = [caption for caption in captions if "ledger" in caption and "N(0, 1)" in caption]
    assert len(said) == (base != "normal")


@pytest.mark.parametrize("view", ["by hand", "negative weight"])
def test_formulas_of_the_views_onto_the_normal_alone_say_so_whatever_the_base(view):
    prose = "\n".join(
        markdown.value for markdown in open_page("line_flow", view=view, base="logistic").markdown
    )
    assert r"z = \Phi^{-1}(u)" in prose


def test_z_is_tested_with_scipys_statistics():
    arrays = arrays_of("two")
    rows = {
        row["cells"][0]: row["cells"][1:]
        for row in component_data(open_page("line_flow", view="is z right?"))["tables"]["tests"]
    }
    z = stats.norm.ppf(mixture_cdf(arrays, 60, arrays["data/test"][:1000]))
    expected = stats.kstest(z, "norm")
    value, words = rows["Kolmogorov–Smirnov D"]
    assert float(value) == pytest.approx(expected.statistic, abs=5e-5)
    assert float(words.split("=")[1]) == pytest.approx(expected.pvalue, abs=0.01)
    ranks = np.arange(1, 1001)
    z = np.sort(z)
    terms = (2 * ranks - 1) * (stats.norm.logcdf(z) + stats.norm.logsf(z[::-1]))
    assert float(rows["Anderson–Darling A²"][0]) == pytest.approx(-1000 - terms.mean(), abs=5e-4)
    nll = -np.log(mixture_pdf(arrays, 60, arrays["data/test"]))
    assert float(rows["test NLL (nats)"][0]) == pytest.approx(nll.mean(), abs=5e-5)
    assert f"{nll.std(ddof=1) / math.sqrt(nll.size):.4f}" in rows["test NLL (nats)"][1]


def cells_of_tests(**query: str) -> dict[str, tuple[str, ...]]:
    (rows,) = component_data(open_page("line_flow", view="is z right?", **query))["tables"].values()
    return {row["cells"][0]: tuple(row["cells"][1:]) for row in rows}


@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_the_divergence_is_estimated_from_pairs_and_the_entropy_bounds_expectations(unit):
    arrays = arrays_of("three")
    x, grid = arrays["data/test"], np.linspace(-5.0, 6.0, 400_001)
    parts = ((-1.0, 0.25), (1.5, 0.35), (0.0, 0.2))
    of_x, of_grid = (np.mean([stats.norm.pdf(at, *part) for part in parts], axis=0) for at in (x, grid))
    pairs = np.log(of_x / mixture_pdf(arrays, 60, x))
    nll = -np.log(mixture_pdf(arrays, 60, x)).mean()
    entropy = -np.trapezoid(of_grid * np.log(of_grid), grid)
    assert nll < entropy, "the case that the sentence is about: chance put this loss below the bound"
    scale = {"nats": 1.0, "bits": 1 / math.log(2)}[unit]
    cells = cells_of_tests(data=NAMES["three"], unit=unit)
    value, words = cells[f"entropy of the data ({unit})"]
    assert float(value) == pytest.approx(scale * entropy, abs=6e-5) and "expected" in words
    value, words = cells[f"its estimate from the test set ({unit})"]
    assert float(value) == pytest.approx(scale * pairs.mean(), abs=6e-6)
    assert f"± {scale * pairs.std(ddof=1) / math.sqrt(pairs.size):.5f}" in words


def test_the_sentence_at_the_losses_says_what_the_entropy_bounds():
    spec, _ = scene(open_page("line_flow", view="learning", data=NAMES["three"]))
    (group,) = (block for block in spec["blocks"] if block["name"] == "losses")
    sentence = group["readouts"][1]["sentence"]
    assert "expected" in sentence and "entropy" in sentence


@pytest.mark.parametrize("components", ["1", "3", "4"])
def test_by_hand_has_three_sliders_a_component(components):
    spec, sent = scene(open_page("line_flow", view="by hand", components=components))
    assert len(spec["controls"]) == 3 * int(components)
    assert sent["judged"] == pytest.approx(arrays_of("two")["data/test"][:500])


@pytest.mark.parametrize(("given", "judged"), [(5_000, 500), (200, 200)])
def test_by_hand_counts_the_samples_that_it_judges(given, judged):
    arrays = arrays_of("two")
    own = of_arrays({**arrays, "data/test": arrays["data/test"][:given]}, "normal", None)
    made = by_hand.scene.__wrapped__(own, 2, "nats")
    ((readout,),) = (group.readouts for group in made.shown(ReadoutGroup))
    assert readout.label == f"Mean −log p(x) of {judged} test samples (nats)"
    assert load(made.payload())["judged"].size == judged


def test_training_is_off_in_read_only_mode(monkeypatch):
    monkeypatch.setenv("HW9_READ_ONLY", "1")
    app = open_page("line_flow", view="learning")
    assert "read-only" in app.info[0].value
    assert [button.key for button in app.button] == ["lecture-begin", "story-next"]  # and none that trains


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [("Components K", 0, "components must be"), ("Learning rate", 0.0, "learning_rate must be")],
)
def test_wrong_settings_get_one_sentence(label, value, reason):
    app = open_page("line_flow", view="learning")
    next(box for box in app.number_input if box.label == label).set_value(value)
    next(button for button in app.button if button.label == "Train").click()
    app.run()
    assert reason in app.warning[0].value and not app.exception


@pytest.mark.parametrize(
    ("pair", "locs", "scales"),
    [("side by side", (-1.0, 0.25), (0.25, 0.5)), ("narrow in wide", (0.0, 0.0), (1.0, 0.3))],
)
def test_a_negative_weight_keeps_the_integral_and_may_break_the_map(pair, locs, scales):
    _, sent = scene(open_page("line_flow", view="negative weight", pair=pair))
    x = np.linspace(-12.0, 12.0, 200_001)
    for row, w in ((0, -0.5), (50, 0.5), (90, 1.3)):
        slope = w * stats.norm.pdf(x, locs[0], scales[0]) + (1 - w) * stats.norm.pdf(x, locs[1], scales[1])
        height = w * stats.norm.cdf(x, locs[0], scales[0]) + (1 - w) * stats.norm.cdf(x, locs[1], scales[1])
        assert sent["integral_table"][row] == pytest.approx(np.trapezoid(slope, x), abs=1e-6)
        assert sent["variation_table"][row] == pytest.approx(np.trapezoid(np.abs(slope), x), abs=1e-5)
        assert sent["highest_table"][row] == pytest.approx(height.max(), abs=1e-6)
        assert sent["exists_table"][row] == float(slope.min() >= 0)
        drawn = sent["rising"][row] + sent["falling"][row]
        assert drawn == pytest.approx(np.interp(sent["signed_x"], x, slope), abs=1e-4)


def test_the_negative_weights_of_the_homework():
    _, broken = scene(open_page("line_flow", view="negative weight"))
    _, whole = scene(open_page("line_flow", view="negative weight", pair="narrow in wide"))
    assert broken["variation_table"][90] == pytest.approx(1.5207, abs=5e-5)
    assert broken["exists_table"][90] == 0 and whole["exists_table"][90] == 1


def test_how_far_f_falls_is_the_area_of_its_slope_below_0():
    spec, sent = scene(open_page("line_flow", view="negative weight"))
    fallen = [step for step in spec["values"] if step["name"] == "fallen"]
    (half,) = (step for step in spec["values"] if step["name"] == fallen[0]["arguments"][0])
    assert (fallen[0]["kernel"], fallen[0]["arguments"][1]) == ("divide", 2)
    assert (half["kernel"], half["arguments"]) == ("subtract", ["variation", "integral"])
    x = np.linspace(-12.0, 12.0, 200_001)
    slope = 1.3 * stats.norm.pdf(x, -1.0, 0.25) - 0.3 * stats.norm.pdf(x, 0.25, 0.5)
    row = int(
        np.argmin(np.abs(control(spec, "w")["minimum"] + control(spec, "w")["step"] * np.arange(101) - 1.3))
    )
    shown = (sent["variation_table"][row] - sent["integral_table"][row]) / 2
    assert shown == pytest.approx(np.trapezoid(np.maximum(-slope, 0.0), x), abs=1e-5)
