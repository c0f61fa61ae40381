"""The configuration of the coupling flow of images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.coupling.config import CouplingConfig
from hw9core.images.mnist import DATA_DIGESTS, PIXELS

MNIST = "mnist"


@dataclass(frozen=True)
class ImageFlowConfig(CouplingConfig):
    """A coupling flow of MNIST's images, of the kind and the fields of one in the plane.

    ``n_train`` counts images that the autoencoder of this seed is trained on, ``n_test`` test images.
    KMNIST's files are among the digests because their scores are kept; nothing is trained on them.
    """

    dim: ClassVar[int] = PIXELS
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        MNIST: {
            "layers": 6,
            "hidden_size": 256,
            "epochs": 20,
            "learning_rate": 1e-3,
            "batch_size": 200,
            "n_train": 50_000,
            "n_test": 10_000,
        }
    }
    most_samples: ClassVar[tuple[int, int]] = (50_000, 10_000)
    data_digests: ClassVar[Mapping[str, str]] = DATA_DIGESTS

    data_set: str = MNIST

    @property
    def autoencoder(self) -> AutoencoderConfig:
        """The autoencoder that shares the split of MNIST's training images."""
        return AutoencoderConfig(seed=self.seed)


def coupling_config(data_set: str, **fields: Any) -> CouplingConfig:
    """A configuration of the kind "coupling": of images where the data set is MNIST, else of the plane."""
    config_class = ImageFlowConfig if data_set == MNIST else CouplingConfig
    return config_class(data_set, **fields)
