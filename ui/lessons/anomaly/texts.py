"""What the likelihood lesson says in words, with numbers from the models; a test holds the words to them."""

from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from hw9core.anomaly.likelihood.simple_images import SimpleImageReport
from ui.lessons.anomaly.material import OFFERED

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
- **Faded digits pass.** At 40 % contrast {faded_flagged:.2%} of the digits are flagged, and
  {faded_below_original:.0%} became more likely. The autoencoder does no better; only an error divided by
  ‖x‖² notices some of them.
- **KMNIST is told apart mostly by where its ink is.** The {never_varying} pixels that never vary in MNIST
  are not the reason: with their ink taken away the flow misses {kmnist_missed_without_never_varying:.2%}
  instead of {kmnist_missed:.2%}. With the ink of the four pixels around MNIST's box of 20 × 20 taken away it
  misses {kmnist_missed_without_frame:.0%}; with the characters scaled into that box, as MNIST's digits were,
  {kmnist_missed_in_mnist_form:.0%}. No detector here is free of that.
"""
_COLUMNS = {
    "digits_above_blank": "digits scoring above a blank image",
    "faded_flagged": "digits at 40 % contrast: flagged",
    "faded_below_original": "… scoring lower than before",
    "kmnist_missed": "KMNIST missed at α = 0.9 %",
    "kmnist_missed_without_frame": "… its outer 4 pixels black",
    "kmnist_missed_in_mnist_form": "… scaled as MNIST was",
}


def text(from_weights: dict[str, float], lesson: SimpleImageReport | None) -> str:
    """The lesson in Markdown; when no measurements on data are kept, how to make them."""
    said = FROM_WEIGHTS.format(**from_weights)
    if lesson is None:
        return said + "\n" + NO_LESSON
    return said.rstrip() + FROM_DATA.format(**from_weights, **lesson[LIKELIHOOD])


def table(lesson: SimpleImageReport) -> str:
    """The same measurements of every detector, a table in Markdown."""
    head = f"| detector | {' | '.join(_COLUMNS.values())} |\n|---|{'---:|' * len(_COLUMNS)}"
    rows = [
        f"| {label} | {' | '.join(f'{lesson[name][share]:.2%}' for share in _COLUMNS)} |"
        for name, label in OFFERED.items()
        if name in lesson
    ]
    return "\n".join([head, *rows])
