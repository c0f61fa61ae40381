"""zuko's RealNVP on the data of the shipped coupling flows: the reference of ``evaluate coupling``.

``python -m benchmarks.reference_flow [DATA_SET ...]`` trains it with at least as many parameters, the same
layers, samples, optimiser, batches and epochs, prints both test NLL and writes the reference's to
``checkpoints/zuko-reference.json``. No clock runs: it is no part of ``python -m benchmarks``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from importlib import metadata
from typing import Any

import numpy as np
import torch
import zuko
from torch import Tensor, nn

from hw9core.anomaly.likelihood.config import MNIST, ImageFlowConfig
from hw9core.anomaly.likelihood.image_flow_torch import image_samples
from hw9core.coupling.config import CouplingConfig, plane_samples
from hw9core.coupling.metrics import REFERENCE_FILE
from hw9core.coupling.plane_sets import PLANE_SETS
from hw9core.coupling.stack import HIDDEN_LAYERS, parameter_count
from hw9core.coupling.training_torch import maximise_likelihood, mean_nll
from hw9core.images.mnist import data_dir, load_autoencoder_data
from hw9core.store import checkpoints

CONFIGS = {**{name: CouplingConfig(name) for name in PLANE_SETS}, MNIST: ImageFlowConfig()}


class Reference(nn.Module):
    """RealNVP (Dinh et al., 2017) as zuko builds it: one ReLU network per layer gives scale and shift."""

    def __init__(self, config: CouplingConfig) -> None:
        super().__init__()
        hidden_size = 1
        while _parameter_count(self._flow(config, hidden_size)) < parameter_count(config):
            hidden_size += 1
        self.flow = self._flow(config, hidden_size)

    @staticmethod
    def _flow(config: CouplingConfig, hidden_size: int) -> nn.Module:
        hidden = (hidden_size,) * HIDDEN_LAYERS
        return zuko.flows.RealNVP(config.dim, transforms=config.layers, hidden_features=hidden)

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats, (n,)."""
        return self.flow().log_prob(x)


def measure(config: CouplingConfig) -> dict[str, Any]:
    """The reference's test NLL, in nats, after the same training as ``config``'s own flow."""
    torch.manual_seed(config.seed)  # zuko draws its weights from the global generator
    if isinstance(config, ImageFlowConfig):
        samples = image_samples(config, load_autoencoder_data(data_dir()))
        draw_train, test, nats_before = samples.draw_train, samples.test, samples.nats_before
    else:
        train, test = plane_samples(config)
        points = torch.from_numpy(np.float32(train))
        draw_train, nats_before = (lambda _: points), 0.0
    model = Reference(config)
    generator = torch.Generator().manual_seed(config.seed)
    for _ in maximise_likelihood(model, config, draw_train, generator):
        pass
    nll = nats_before + mean_nll(model, torch.from_numpy(np.float32(test)))
    return {"config": asdict(config), "parameters": _parameter_count(model), "test_nll": nll}


def main() -> None:
    """Measure the chosen references, print them beside the shipped flows, and keep them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_sets", nargs="*", help=f"of: {' '.join(CONFIGS)} (default: all)")
    torch.set_num_threads(1)
    for name in parser.parse_args().data_sets or CONFIGS:
        config = CONFIGS[name]
        entry = measure(config)
        _keep(entry)
        shipped = checkpoints.require(config).metadata["metrics"]["test_nll"]
        print(f"{name:13} zuko {entry['test_nll']:.4f}, hw9core {shipped:.4f} nats", flush=True)


def _parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def _keep(entry: dict[str, Any]) -> None:
    try:
        flows = json.loads(REFERENCE_FILE.read_text())["flows"]
    except OSError:
        flows = []
    others = [flow for flow in flows if flow["config"] != entry["config"]]
    content = {"library": f"zuko {metadata.version('zuko')}", "flows": [*others, entry]}
    REFERENCE_FILE.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
