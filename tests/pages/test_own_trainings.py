"""What visitors trained themselves, from the button to the scene: drawn beside the server, and thinned."""

import gzip
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from hw9core.coupling.config import CouplingConfig
from hw9core.coupling.own_points import parse_points
from hw9core.coupling.stack import snapshot_flow
from hw9core.line_flow.config import FlowConfig
from hw9core.line_flow.own_numbers import parse_numbers
from tests.pages.scene import decoded, open_page, read, scene
from ui.jobs import aside, training_panel
from ui.jobs.owner import owner
from ui.jobs.task import LaneError
from ui.jobs.training import trainer
from ui.jobs.training_panel import losses_scene
from ui.live.published import Published


@pytest.fixture(scope="module", autouse=True)
def workers():
    yield
    trainer.lane.close()
    aside.lane.close()


@pytest.fixture(autouse=True)
def visitor(monkeypatch, request):
    """One visitor for all runs of a test: without a browser there is no cookie."""
    name = request.node.name
    for module in (training_panel, aside):
        assert module.owner is owner
        monkeypatch.setattr(module, "owner", lambda: name)
    return name


def hand_in(app, content: bytes):
    app.file_uploader[0].set_value(("own.csv", content, "text/csv"))
    app.run()


def train(app, settings: dict):
    for label, value in settings.items():
        next(box for box in app.number_input if box.label == label).set_value(value)
    next(button for button in app.button if button.label == "Train").click()
    app.run()
    assert not app.warning and not app.exception


def shown(app, job) -> tuple[dict, dict]:
    assert job.task.wait(60) and job.outcome == "done"
    app.run()
    assert not app.warning and not app.exception
    assert any("mine" in choice.label for choice in app.segmented_control)
    return scene(app)


def test_a_long_training_shows_every_loss_and_the_nearest_kept_curve(visitor):
    app = open_page("line_flow", view="learning")
    train(app, {"Components K": 63, "Epochs": 40, "Batch size": 5000})
    job = trainer.job(visitor)
    spec, sent = shown(app, job)
    arrays, (train_x, _) = job.arrays(), job.samples()
    assert len(arrays["snapshot_epochs"]) == 16
    epoch = next(control for control in spec["controls"] if control["name"] == "epoch")
    assert (epoch["minimum"], epoch["maximum"]) == (0, 40)
    np.testing.assert_allclose(sent["train_loss_table"], arrays["train_loss"])
    np.testing.assert_allclose(
        decoded(spec["figures"]["losses"]["plotly"]["data"][1]["y"]), arrays["test_loss"]
    )
    x, kept = sent["x"].astype(np.float64), arrays["snapshot_epochs"]
    for at in (0, 7, 21, 40):
        row = sent["nearest_flow"][at]
        assert abs(kept[row] - at) == np.abs(kept - at).min()
        parts = zip(*(arrays[name][row] for name in ("weights", "locs", "scales")), strict=True)
        density = sum(w * stats.norm.pdf(x, loc, scale) for w, loc, scale in parts)
        assert sent["density"][row] == pytest.approx(density, rel=1e-4, abs=1e-6)
    assert sent["density"].shape[0] == sent["latent"].shape[0] == 16
    assert len(sent["divergence_table"]) == 41 and train_x.shape == (5000,)
    titles = [block["title"] for block in spec["blocks"] if block["kind"] == "readouts"]
    assert "At this epoch; curves are those of the nearest of 16 kept epochs" in titles


def test_own_numbers_that_are_many_are_read_and_shown(visitor):
    numbers = np.random.default_rng(0).normal(3, 2, 60_000)
    content = "\n".join(f"{number:.4f}" for number in numbers).encode()
    app = open_page("line_flow", view="learning")
    hand_in(app, content)
    assert any("20,000 of 60,000 numbers" in caption.value for caption in app.caption)
    train(app, {"Epochs": 2, "Components K": 1})
    job = trainer.job(visitor)
    np.testing.assert_array_equal(job.data, parse_numbers(content, "own.csv").values)
    _, sent = shown(app, job)
    assert sent["density"].shape[0] == 3 and "divergence_table" not in sent


def test_own_points_are_shown(visitor):
    points = np.random.default_rng(0).normal(0, [1, 3], (12_000, 2))
    content = "\n".join(f"{x:.9f},{y:.9f}" for x, y in points).encode()
    app = open_page("coupling", part="Two dimensions", view="learning")
    hand_in(app, content)
    train(app, {"Layers": 2, "Hidden units": 4, "Epochs": 3, "Batch size": 5000})
    job = trainer.job(visitor, CouplingConfig.kind)
    np.testing.assert_allclose(job.data, parse_points(content, "own.csv").standardised().points)
    _, sent = shown(app, job)
    np.testing.assert_array_equal(sent["epochs"], job.arrays()["snapshot_epochs"])
    losses = [
        -snapshot_flow(job.config, job.arrays(), i).log_prob(job.samples()[1]).mean()
        for i in range(len(sent["epochs"]))
    ]
    assert sent["test_loss_table"] == pytest.approx(losses, abs=5e-3)  # float16 weights


@pytest.mark.parametrize(("page", "key"), [("line_flow", {}), ("coupling", {"part": "Two dimensions"})])
def test_a_wrong_file_is_one_sentence_once_however_large(page, key):
    app = open_page(page, **key)
    content = b"1,2\n" * 60_000 + b"3,hello\n" if key else b"1\n" * 150_000 + b"hello\n"
    hand_in(app, content)
    for _ in range(2):
        app.run()
        (warning,) = app.warning
        assert warning.value.startswith(f"own.csv, line {60_001 if key else 150_001}: ")
        assert next(button for button in app.button if button.label == "Train").disabled


def test_a_drawing_that_fails_is_one_sentence_and_the_page_goes_on(visitor, monkeypatch):
    app = open_page("line_flow", view="learning")
    train(app, {"Epochs": 1, "Components K": 1})
    assert trainer.job(visitor).task.wait(60)

    def refuse(task):
        raise LaneError("20 visitors are waiting for a computation: try again in a minute.")

    monkeypatch.setattr(aside.lane, "submit", refuse)
    app.run()
    assert [warning.value for warning in app.warning] == [
        "20 visitors are waiting for a computation: try again in a minute."
    ]
    assert not app.exception and any(button.label == "Train" for button in app.button)


def test_a_visitor_who_waits_sees_the_place_and_cancels(visitor):
    first = trainer.start("somebody else", FlowConfig(epochs=1000), None)
    app = open_page("line_flow", view="learning")
    train(app, {"Epochs": 1})
    job = trainer.job(visitor)
    assert "waiting: 1 training is before yours" in app.get("progress")[0].proto.text
    next(button for button in app.button if button.label == "Cancel").click()
    app.run()
    assert job.outcome == "cancelled" and first.running
    assert any(button.label == "Train" for button in app.button) and not app.warning
    trainer.cancel("somebody else")
    assert first.task.wait(10)


def test_a_loss_too_high_for_the_plot_is_a_mark_with_its_value():
    train, test = np.array([3.0, 2.0, 2.5]), np.array([3.0, 2.5, 22.0])
    assert sent_of(losses_scene(train, test, 5, "losses"))["marks"] == []
    test[1:] = 4321.25, np.nan
    spec = sent_of(losses_scene(train, test, 5, "losses"))
    (mark,) = spec["marks"]
    numbers = {step["name"]: sum(step["arguments"]) for step in spec["values"]}
    assert (numbers[mark["x"]], numbers[mark["y"]]) == (1, 4321.25)
    assert mark["label"] == "test loss: up to 4321"
    low, high = spec["figures"]["growing"]["plotly"]["layout"]["yaxis"]["range"]
    assert low < 3.0 < high < 4321.25  # so that the browser draws its arrow
    train[1] = 99.0
    marks = sent_of(losses_scene(train, test, 5, "losses"))["marks"]
    assert [mark["label"] for mark in marks] == ["training loss: up to 99", "test loss: up to 4321"]


@pytest.mark.parametrize(("page", "rest"), [("line_flow", {}), ("coupling", {"part": "Two dimensions"})])
def test_the_panel_opens_for_a_sentence_about_a_training_that_failed(monkeypatch, page, rest):
    def panel_is_open() -> bool:
        (panel,) = (box for box in open_page(page, **rest).expander if box.label == "Train it yourself")
        return panel.proto.expanded

    assert not panel_is_open()
    failed = SimpleNamespace(running=False, message="The training diverged in epoch 1.", epochs=0)
    monkeypatch.setattr(training_panel, "newest", lambda kind: failed)
    assert panel_is_open()


def sent_of(made) -> dict:
    return read(gzip.decompress(Published.of(made).payload.gzipped))[0]


def test_the_page_states_the_bounds():
    captions = " ".join(caption.value for caption in open_page("line_flow", view="learning").caption)
    assert "one after the other, each for 120 seconds at the most" in captions
    assert "61 epochs are kept" in captions and "20,000 numbers" in captions
