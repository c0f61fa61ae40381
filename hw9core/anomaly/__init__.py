"""Problem 1: anomaly detection: decisions about scores, detectors, and likelihood as a score."""
