"""The two units of information."""

import math

UNITS = {"nats": 1.0, "bits": 1.0 / math.log(2.0)}  # what one nat is in each
