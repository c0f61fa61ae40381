"""What the lesson says in words, with numbers from the models; a test holds the words to them."""

from hw9core.anomaly.comparison import OFFERED
from hw9core.anomaly.decisions.metrics import COMPARISON_TYPE_1_ERROR
from hw9core.anomaly.detectors.config import AutoencoderConfig
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.anomaly.likelihood.simple_images import FADED, FRAME, SimpleImageReport
from hw9core.images.mnist import PIXELS
from hw9core.images.uploads import INK_BOX
from ui.lessons.anomaly.material import AUTOENCODER, HOMEWORK, Choice

_SCORES = {
    AUTOENCODER: "An autoencoder trained on MNIST redraws an image; the worse the copy",
    "autoencoder_normalised": (
        "An autoencoder trained on MNIST redraws an image; the worse the copy for the ink that there is"
    ),
    "pca": "{components} principal components of MNIST redraw an image; the worse the copy",
    "mahalanobis": "The farther an image is from MNIST's mean, by the covariance of MNIST's pixels",
    "mahalanobis_normalised": (
        "The farther an image is from MNIST's mean, by the covariance of MNIST's pixels and for the ink that "
        "there is"
    ),
    "outlier_network": (
        "A network learned to tell MNIST's digits from outliers made of digits; the surer it is of an outlier"
    ),
    "combined": (
        "An autoencoder redraws an image, and a network tells digits from outliers made of digits; the worse "
        "the copy and the surer the network"
    ),
    LIKELIHOOD: (
        "A coupling flow learned how likely images are among MNIST's digits; the less likely an image"
    ),
}
_INTRODUCTION = (
    "{score}, the higher the **score**. KMNIST shows characters that had no part in this. **Drag τ** on the "
    "plot or with the slider: everything scoring above τ is flagged as an anomaly."
)
NO_REPLAY = "Only the training of the homework's autoencoder was recorded: choose it to replay its epochs."
_MEANING = r"""
There is one null hypothesis for both kinds of error, $H_0$: “$x$ comes from the MNIST distribution”.
With the score $s(x)$, for the homework's autoencoder $\lVert x - D(E(x)) \rVert^2$ summed over PIXELS pixels,

$$\alpha = P(s(x) > \tau \mid \text{MNIST}), \qquad \beta = P(s(x) \le \tau \mid \text{KMNIST}).$$
""".replace("PIXELS", str(PIXELS))
_REPORTED = """
The homework sets τ to the mean plus three standard deviations of the {validation:,} validation scores,
without looking at a single anomaly. For its autoencoder it reports τ = {tau:g}, α = {alpha:g} and
β = {beta:g}, {place}.
"""
_MARKED = "marked above for comparison; the shipped model was trained with the same recipe from another seed"
_NOT_MARKED = "and the same rule sets the τ of every detector here"
NO_FLOW = (
    "The likelihood of a coupling flow is left out because its checkpoint is missing or damaged: "
    "`python -m hw9core train coupling --data-set mnist` trains it in a few minutes."
)
NO_LESSON = (
    "How the other detectors judge such images is not kept for these models: "
    "`python -m hw9core evaluate coupling --data-set mnist --write-report` computes it from the data sets."
)
FROM_WEIGHTS = """
- **A blank image is more likely than {less_likely:,} of {digits:,} digits.** It has −log p = {blank:.1f}
  nats, the most likely digit {least:.1f}. From grey level {first_flagged} on, one grey is flagged.
- **Simple means likely.** A “{simplest}” has {simplest_nats:,.0f} nats on average, an “8” {eight_nats:,.0f},
  a “{hardest}” {hardest_nats:,.0f}: ink costs nats, whether or not it makes a digit.
- **The most likely z is not the most likely image.** The image at z = 0, the mode of the base, has {mode:.0f}
  nats, and {likelier:.0%} of the digits are more likely: log p(x) has the log-determinant too.
"""
FROM_DATA = """
- **Faded digits pass.** At {contrast:.0%} contrast {faded_flagged:.2%} of the digits are flagged, and
  {faded_below_original:.0%} became more likely. The autoencoder does no better; only an error divided by
  ‖x‖² notices some of them.
- **KMNIST is told apart by where its ink is, and how much.** The {never_varying} pixels that never vary
  in MNIST are not the reason: with their ink taken away the flow misses
  {kmnist_missed_without_never_varying:.2%} instead of {kmnist_missed:.2%}. With the ink of the {frame}
  pixels around MNIST's box of {box} × {box} taken away it misses {kmnist_missed_without_frame:.0%}; with
  the characters scaled into that box, as MNIST's digits were, which moves their ink and takes some of it
  away, {kmnist_missed_in_mnist_form:.0%}. No detector here is free of that: the one that such characters
  deceive least misses {least_missed_in_mnist_form:.0%}.
"""
_COLUMNS = {
    "digits_above_blank": "digits scoring above a blank image",
    "faded_flagged": f"digits at {FADED:.0%} contrast: flagged",
    "faded_below_original": "… scoring lower than before",
    "kmnist_missed": f"KMNIST missed at α = {COMPARISON_TYPE_1_ERROR:.1%}",
    "kmnist_missed_without_frame": f"… its outer {FRAME} pixels black",
    "kmnist_missed_in_mnist_form": "… scaled as MNIST was",
}


def introduction(choice: Choice) -> str:
    """What the chosen detector's score is, and what to do with the page."""
    score = _SCORES[choice.detector].format(components=choice.components)
    return _INTRODUCTION.format(score=score)


def meaning(choice: Choice) -> str:
    """The two errors in formulas, and what the homework reports of its own detector."""
    reported = _REPORTED.format(
        validation=AutoencoderConfig().validation_size,
        tau=HOMEWORK.threshold,
        alpha=HOMEWORK.type_1_error,
        beta=HOMEWORK.type_2_error,
        place=_MARKED if choice.is_homeworks else _NOT_MARKED,
    )
    return _MEANING + reported


def text(from_weights: dict[str, float], lesson: SimpleImageReport | None) -> str:
    """The lesson in Markdown; when no measurements on data are kept, how to make them."""
    said = FROM_WEIGHTS.format(**from_weights)
    if lesson is None:
        return said + "\n" + NO_LESSON
    least = min(of_detector["kmnist_missed_in_mnist_form"] for of_detector in lesson.values())
    measured = {**lesson[LIKELIHOOD], "least_missed_in_mnist_form": least}
    measured |= {"contrast": FADED, "box": INK_BOX, "frame": FRAME}
    return said.rstrip() + FROM_DATA.format(**from_weights, **measured)


def table(lesson: SimpleImageReport) -> str:
    """The same measurements of every detector, a table in Markdown."""
    head = f"| detector | {' | '.join(_COLUMNS.values())} |\n|---|{'---:|' * len(_COLUMNS)}"
    rows = [
        f"| {label} | {' | '.join(f'{lesson[name][share]:.2%}' for share in _COLUMNS)} |"
        for name, label in OFFERED.items()
        if name in lesson
    ]
    return "\n".join([head, *rows])
