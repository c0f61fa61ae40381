"""A written threshold does what the threshold does, and no shorter one would."""

from decimal import Decimal
from math import inf, nan

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hw9core.anomaly.comparison import OFFERED
from hw9core.anomaly.decisions.error_rates import error_rates, mean_plus_k_sd
from hw9core.anomaly.decisions.threshold_rules import (
    equal_error_threshold,
    split_conformal_threshold,
    threshold_for_type_1,
    threshold_for_type_2,
    youden_threshold,
)
from hw9core.anomaly.decisions.threshold_text import threshold_text
from hw9core.anomaly.detectors.config import DetectorsConfig
from hw9core.anomaly.detectors.suite import detector_scores
from hw9core.anomaly.likelihood.config import ImageFlowConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD, flow_scores
from hw9core.store import checkpoints

finite = st.floats(-1e300, 1e300)
# Small whole numbers and tenths tie often; the others are anything a float64 can be.
score = st.integers(-9, 9).map(float) | st.integers(0, 40).map(lambda i: i / 10) | finite
score_list = st.lists(score, min_size=1, max_size=20)


def counts(threshold, *arrays):
    return [sum(value > threshold for value in array) for array in arrays]


def significant_digits(text):
    return len(Decimal(text).normalize().as_tuple().digits)


def with_fewer_digits(threshold, digits):
    """The decimals of that many significant digits next to a number, found by formatting alone."""
    rounded = Decimal(f"{Decimal(threshold):.{digits - 1}e}")
    unit = Decimal(1).scaleb(rounded.adjusted() - digits + 1)
    steps = (-1, Decimal("-0.1"), 0, Decimal("0.1"), 1)  # below a power of ten the next is 0.1 away
    near = [str(rounded + step * unit) for step in steps]
    return [float(text) for text in near if significant_digits(text) <= digits]


@given(score_list, score_list, st.data())
def test_it_flags_the_same_and_is_the_shortest_that_does(test, anomaly, data):
    threshold = data.draw(finite | st.sampled_from(test + anomaly))
    text = threshold_text(threshold, test, anomaly)
    assert counts(float(text), test, anomaly) == counts(threshold, test, anomaly)
    digits = significant_digits(text)
    assert digits <= 17
    if digits > 1:
        for shorter in with_fewer_digits(threshold, digits - 1):
            assert counts(shorter, test, anomaly) != counts(threshold, test, anomaly)


@given(score_list, score_list, st.floats(0, 1))
@example([0.1, 0.1, 0.2], [0.2, 0.3], 0.5)
def test_every_rule_keeps_its_rates_when_it_is_written(test, anomaly, share):
    for threshold in (
        threshold_for_type_1(test, share),
        threshold_for_type_2(anomaly, share),
        split_conformal_threshold(test, share),
        equal_error_threshold(test, anomaly),
        youden_threshold(test, anomaly),
    ):
        written = float(threshold_text(threshold, test, anomaly))
        before, after = (error_rates(value, test, anomaly) for value in (threshold, written))
        assert (after.false_positives, after.false_negatives) == (
            before.false_positives,
            before.false_negatives,
        )


@pytest.mark.parametrize(
    ("threshold", "scores", "text"),
    [
        (4.59387, [4.59387, 4.5941], "4.594"),  # 4.5939 would do too, but not 4.59
        (4.59387, [4.59387, 4.5939], "4.59387"),
        (24.0823, [24.0, 24.3], "24"),
        (24.0823, [24.05, 24.3], "24.1"),
        (3167.8, [3160.0, 3171.0], "3170"),
        (-0.25, [-0.3, -0.2], "-0.3"),
        (-0.0, [-1.0, 1.0], "0"),
        (1e-7, [9.5e-8, 2e-7], "1e-7"),
        (2.5e20, [2.5e20, 2.6e20], "2.5e+20"),
        (np.nextafter(0.3, -inf), [0.2, 0.3], "0.2"),
        (0.1 + 0.2, [0.3, 0.1 + 0.2, 0.31], "0.301"),
        (5e-324, [0.0, 1.0], "5e-324"),
        (inf, [1.0], "inf"),
        (-inf, [1.0], "-inf"),
    ],
)
def test_known_thresholds(threshold, scores, text):
    assert threshold_text(threshold, scores) == text


def test_more_digits_than_needed_can_be_asked_for():
    scores = [24.0, 24.3]
    texts = [threshold_text(24.0823, scores, digits=digits) for digits in (1, 3, 4, 17)]
    assert texts == ["24", "24.1", "24.08", "24.0823"]
    for digits in (0, 18):
        with pytest.raises(ValueError, match="from 1 to 17"):
            threshold_text(24.0823, scores, digits=digits)


@pytest.mark.parametrize(("threshold", "scores"), [(nan, [1.0]), (1.0, []), (1.0, [nan]), (1.0, [[1.0]])])
def test_what_is_no_threshold_or_no_scores_is_refused(threshold, scores):
    with pytest.raises(ValueError):
        threshold_text(threshold, scores)


@pytest.fixture(scope="module")
def shipped():
    detectors, flow = (checkpoints.require(config) for config in (DetectorsConfig(), ImageFlowConfig()))
    return lambda name: flow_scores(flow) if name == LIKELIHOOD else detector_scores(detectors, name)


def test_on_shipped_scores_the_sentence_stays_true_where_four_decimals_broke_it(shipped):
    broken = []
    for name in OFFERED:
        scores = shipped(name)
        threshold = threshold_for_type_1(scores.test, 0.009)
        if error_rates(float(f"{threshold:.4f}"), scores.test, scores.anomaly).type_1_error > 0.009:
            broken.append(name)
        written = float(threshold_text(threshold, scores.validation, scores.test, scores.anomaly))
        assert error_rates(written, scores.test, scores.anomaly).type_1_error == 0.009
        assert np.mean(scores.validation > written) == np.mean(scores.validation > threshold)
    assert len(broken) >= 3


@pytest.mark.parametrize("name", OFFERED)
def test_the_homeworks_rule_takes_few_digits(shipped, name):
    scores = shipped(name)
    text = threshold_text(mean_plus_k_sd(scores.validation), scores.validation, scores.test, scores.anomaly)
    assert significant_digits(text) <= 7
