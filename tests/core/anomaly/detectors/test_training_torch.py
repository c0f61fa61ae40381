"""Training: the same as a plain loop, deterministic, and loud when it goes wrong."""

from __future__ import annotations

import dataclasses
import random
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from hw9core.anomaly.decisions.metrics import anomaly_metrics
from hw9core.anomaly.detectors.autoencoder import AutoencoderError, reconstruct
from hw9core.anomaly.detectors.autoencoder_torch import Autoencoder
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.detectors.step_torch import WARM_UP_STEPS, TrainingStep
from hw9core.anomaly.detectors.training_torch import AutoencoderTrainer, train_autoencoder
from hw9core.device import resolve_device
from hw9core.errors import ConfigError, TrainingError
from hw9core.images.mnist import flat_pixels, load_autoencoder_data

CPU = torch.device("cpu")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def pixels(tiny_data):
    return torch.from_numpy(flat_pixels(tiny_data.train.images))


def plain_losses(config, pixels, epochs):
    """The same recipe as anybody would write it: batches by slicing, autograd, unfused Adam."""
    generator = torch.Generator().manual_seed(config.seed)
    model = Autoencoder(config, generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, foreach=False, fused=False)
    losses = []
    for _ in range(epochs):
        for rows in torch.randperm(len(pixels), generator=generator).split(config.batch_size):
            loss = nn.MSELoss()(model(pixels[rows]), pixels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses, model


def test_same_losses_and_weights_as_a_plain_loop(tiny_config, pixels):
    trainer = AutoencoderTrainer(tiny_config, pixels, CPU)
    losses = np.concatenate([trainer.run_epoch() for _ in range(3)])
    expected, model = plain_losses(tiny_config, pixels, epochs=3)
    assert trainer.steps_per_epoch == 8  # 7 batches of 32 and one of 26
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
    for ours, theirs in zip(trainer.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)


def test_initial_weights_have_torchs_default_distribution():
    model = Autoencoder(AutoencoderConfig(), torch.Generator().manual_seed(0))
    for layer in (*model.encoder, *model.decoder):
        bound = layer.in_features**-0.5  # nn.Linear: U(±1/√fan_in), so the sd is bound/√3
        assert layer.weight.abs().max() <= bound
        assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.03)
        assert 0 < layer.bias.abs().max() <= bound


def test_one_seed_gives_one_result_and_another_seed_another(tiny_config, tiny_data):
    first, again = (train_autoencoder(tiny_config, tiny_data, CPU) for _ in range(2))
    assert first.arrays.keys() == again.arrays.keys()
    for name, array in first.arrays.items():
        np.testing.assert_array_equal(array, again.arrays[name], err_msg=name)
    other = train_autoencoder(dataclasses.replace(tiny_config, seed=4), tiny_data, CPU)
    assert not np.array_equal(first.arrays["training_loss"], other.arrays["training_loss"])
    assert not np.array_equal(first.arrays["validation_index"], other.arrays["validation_index"])


def test_global_random_state_is_neither_used_nor_changed(tiny_config, tiny_data):
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    first = train_autoencoder(tiny_config, tiny_data, CPU)
    assert torch.equal(torch.get_rng_state(), states[0])
    np.testing.assert_array_equal(np.random.get_state()[1], states[1][1])
    assert random.getstate() == states[2]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(999)
        second = train_autoencoder(tiny_config, tiny_data, CPU)
    np.testing.assert_array_equal(first.arrays["training_loss"], second.arrays["training_loss"])


def test_result_has_every_array_and_consistent_metrics(tiny_config, tiny_data):
    result = train_autoencoder(tiny_config, tiny_data, CPU)
    arrays = result.arrays
    expected = {
        "training_loss": ((2 * 7,), np.float32),  # 200 images in batches of 32
        "scores/validation": ((2, 50), np.float32),
        "scores/test": ((2, 40), np.float32),
        "scores/anomaly": ((2, 40), np.float32),
        "codes/test": ((40, 6), np.float16),
        "codes/anomaly": ((40, 6), np.float16),
        "labels/test": ((40,), np.uint8),
        "labels/anomaly": ((40,), np.uint8),
        "replay/test": ((2, len(np.unique(tiny_data.test.labels)), 784), np.uint8),
        "validation_index": ((50,), np.int32),
        "encoder.0.weight": ((24, 784), np.float32),
        "decoder.2.bias": ((784,), np.float32),
    }
    for name, (shape, dtype) in expected.items():
        assert (arrays[name].shape, arrays[name].dtype) == (shape, dtype), name
    validation_pixels = flat_pixels(tiny_data.train.images[arrays["validation_index"]])
    recomputed = AutoencoderError(weights=arrays).decision_function(validation_pixels)
    np.testing.assert_allclose(arrays["scores/validation"][-1], recomputed, rtol=1e-4)
    assert not np.array_equal(arrays["scores/test"][0], arrays["scores/test"][1])
    digit = int(tiny_data.test.labels.min())
    first = flat_pixels(tiny_data.test.images[tiny_data.test.labels == digit][:1])
    np.testing.assert_allclose(arrays["replay/test"][-1, 0], 255 * reconstruct(arrays, first)[0], atol=0.51)
    assert result.metrics == anomaly_metrics(
        *(arrays[f"scores/{name}"][-1] for name in ("validation", "test", "anomaly"))
    )
    assert result.device == "cpu"


@pytest.mark.parametrize("bad_row", [0, 123, 249])
def test_a_loss_that_is_not_finite_names_epoch_and_step(tiny_config, pixels, bad_row):
    config = dataclasses.replace(tiny_config, batch_size=2)  # 125 steps: more than one check per epoch
    images = pixels.clone()
    trainer = AutoencoderTrainer(config, images, CPU)
    trainer.run_epoch()
    images[bad_row, 5] = torch.nan

    generator = torch.Generator().manual_seed(config.seed)
    Autoencoder(config, generator)
    torch.randperm(len(images), generator=generator)
    second_order = torch.randperm(len(images), generator=generator)
    step = int((second_order == bad_row).nonzero()) // config.batch_size + 1
    with pytest.raises(TrainingError, match=rf"nan in epoch 2, step {step}:"):
        trainer.run_epoch()


def test_progress_reports_every_step_once(tiny_config, pixels):
    config = dataclasses.replace(tiny_config, batch_size=2)
    heard = []
    losses = AutoencoderTrainer(config, pixels, CPU).run_epoch(
        lambda steps, loss: heard.append((steps, loss))
    )
    assert [steps for steps, _ in heard] == [50, 50, 25]
    assert heard[-1][1] == losses[-1]


def test_steps_inside_undone_leave_no_trace(tiny_config, pixels):
    """What a CUDA capture relies on: its warm-up steps must not change the training."""

    def trainer_after(warm_up_steps):
        trainer = AutoencoderTrainer(tiny_config, pixels, CPU)
        with trainer._step.undone():
            trainer._step.start_epoch(torch.arange(len(pixels)))
            for _ in range(warm_up_steps):
                trainer._step()
        return trainer

    plain, warmed = trainer_after(0), trainer_after(3)
    for _ in range(2):
        np.testing.assert_array_equal(plain.run_epoch(), warmed.run_epoch())


def test_capturing_a_step_leaves_no_trace(tiny_config, pixels, monkeypatch):
    """The capture's own logic, with the parts of CUDA that this computer may lack replaced by nothing."""
    stream = SimpleNamespace(wait_stream=lambda other: None)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", lambda: SimpleNamespace(replay="replay"))
    monkeypatch.setattr(torch.cuda, "Stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "graph", lambda _: nullcontext())
    one_batch = dataclasses.replace(tiny_config, batch_size=len(pixels))  # fewer steps than the warm-up
    plain, captured = (AutoencoderTrainer(one_batch, pixels, CPU) for _ in range(2))
    precisions = []

    def step():
        precisions.append(torch.get_float32_matmul_precision())
        if len(precisions) <= WARM_UP_STEPS:  # the last call is only recorded, not executed
            captured._step._schedule[0]()

    assert captured._step._captured(step) == "replay"
    assert precisions == ["high"] * (WARM_UP_STEPS + 1)  # TF32 inside
    assert torch.get_float32_matmul_precision() == "highest"  # and nowhere else
    np.testing.assert_array_equal(plain.run_epoch(), captured.run_epoch())


def test_bf16_trains_close_to_fp32(tiny_config, pixels):
    losses = {
        precision: AutoencoderTrainer(
            dataclasses.replace(tiny_config, precision=precision), pixels, CPU
        ).run_epoch()
        for precision in ("fp32", "bf16")
    }
    assert not np.array_equal(losses["fp32"], losses["bf16"])
    np.testing.assert_allclose(losses["bf16"], losses["fp32"], rtol=0.02)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_graph_trains_like_the_eager_cpu(tiny_config, pixels):
    on_cpu, on_cuda = (
        AutoencoderTrainer(tiny_config, pixels, torch.device(name)).run_epoch() for name in ("cpu", "cuda")
    )
    np.testing.assert_allclose(on_cuda, on_cpu, rtol=0.01)


def test_step_uses_the_epochs_order(tiny_config, pixels):
    model = Autoencoder(tiny_config, torch.Generator().manual_seed(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)  # the model stands still
    step = TrainingStep(model, optimizer, pixels, batch_size=100, precision="fp32")
    order = torch.arange(len(pixels)).flip(0)
    step.start_epoch(order)
    for _ in range(step.steps_per_epoch):
        step()
    batches = [pixels[rows] for rows in order.split(100)]
    expected = [nn.functional.mse_loss(model(batch), batch).item() for batch in batches]
    np.testing.assert_allclose(step.losses.numpy(), expected, rtol=1e-5)


def test_devices(monkeypatch):
    assert resolve_device("cpu") == CPU
    with pytest.raises(ConfigError, match="'tpu'"):
        resolve_device("tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert resolve_device("auto") == CPU
    with pytest.raises(ConfigError, match="no CUDA device: use --device cpu"):
        resolve_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert resolve_device("auto").type == "cuda"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_recipe_lands_where_the_homework_did(real_data_dir, seed):
    data = load_autoencoder_data(real_data_dir)
    metrics = train_autoencoder(AutoencoderConfig(seed=seed), data, CPU).metrics
    assert 21 <= metrics["threshold"] <= 28
    assert 0.007 <= metrics["type_1_error"] <= 0.012
    assert 0.020 <= metrics["type_2_error"] <= 0.045
