"""Types of arrays and seeds, named once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
Levels = NDArray[np.uint8]  # grey levels of pixels
