"""The story of the threshold: from a bad copy to a likely image that is no digit."""

from hw9core.anomaly.comparison import OFFERED
from hw9core.anomaly.decisions.threshold_rules import (
    equal_error_threshold,
    threshold_for_type_1,
    threshold_for_type_2,
    youden_threshold,
)
from hw9core.anomaly.likelihood.detector import LIKELIHOOD
from ui.lessons.anomaly import story_numbers as numbers
from ui.lessons.anomaly.material import AUTOENCODER, material
from ui.story.step import Goal, Handle, Mistake, Pick, Prediction, Step, Story, at

HOMEWORKS, FLOW = "threshold-autoencoder", f"threshold-{LIKELIHOOD}"
_FAR = 60.0  # a τ that no rule gives: where the first handle is taken from

_RATES = ("readout-type_1_error", "readout-type_2_error")
_COUNTS = ("readout-true_negatives", "readout-false_positives", "readout-false_negatives")
_COUNTS += ("readout-true_positives",)

STORY = Story(
    "How strange must an image be before you call it an anomaly?",
    (
        Step(
            title="A bad copy gives a stranger away",
            text="An **autoencoder** is a network that squeezes an image into {code} numbers and redraws it "
            "from them. This one has seen handwritten digits only: it redraws a digit well, and makes "
            "something like a digit of a Japanese character. The **score** is the squared error of the copy, "
            "summed over {pixels} pixels. Compare images and copies below.",
            figure=HOMEWORKS,
            choices={"view": "images"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_copies,
            look="gallery-evidence",
        ),
        Step(
            title="Draw a line",
            text="What scores above the **threshold** τ is called an anomaly. A digit above it is a false "
            "alarm; their share is **α**, the type I error. A character below it is a miss; their share is "
            "**β**, the type II error, the hatched area on the left of τ.",
            figure=HOMEWORKS,
            choices={"view": "images"},
            values=at(tau=_FAR),
            numbers=numbers.said,
            look="control-tau",
            prediction=Prediction(
                prompt="Put τ where β is {asked:.0%}, by eye.",
                answer=Handle("tau"),
                truth=lambda _values: threshold_for_type_2(material().anomaly, numbers.ASKED_BETA),
                tolerance=1.0,
                because="Your τ misses {missed:,} of {characters:,} characters, β = {beta:.2%}, and turns "
                "away {flagged:,} of {digits:,} digits.",
                mistakes=(
                    Mistake(
                        lambda _values: threshold_for_type_1(material().test, numbers.ASKED_BETA),
                        "There α is what β should be: that is the share of digits above τ.",
                    ),
                    Mistake(
                        lambda _values: threshold_for_type_2(material().anomaly, 1.0 - numbers.ASKED_BETA),
                        "There it is the share of characters caught, 1 − β, that is so small.",
                    ),
                ),
                hides=_RATES,
            ),
        ),
        Step(
            title="One line, two errors",
            text="Move τ to the right and α falls while β rises: every alarm that is spared costs misses. No "
            "place makes both 0, because the two kinds of image overlap in score.",
            figure=HOMEWORKS,
            choices={"view": "overview"},
            values=at(tau=_FAR),
            numbers=numbers.of_curves,
            look="control-tau",
            prediction=Prediction(
                prompt="Put τ where both errors are equally frequent, α = β.",
                answer=Handle("tau"),
                truth=lambda _values: equal_error_threshold(material().test, material().anomaly),
                tolerance=1.0,
                because="Both are about {equal:.2%} there, the **equal error rate**. At your τ α is "
                "{alpha:.2%} and β {beta:.2%}.",
                mistakes=(
                    Mistake(
                        lambda _values: youden_threshold(material().test, material().anomaly),
                        "There α + β is least (Youden's J = 1 − α − β is largest), which is not the same.",
                    ),
                ),
                hides=(*_RATES, *_COUNTS, "figure-roc"),
            ),
        ),
        Step(
            title="Rules that choose τ",
            text="Whoever sets τ has digits, but hardly any anomalies. The homework's rule takes the mean + "
            "3 sd of the scores of {validation:,} digits that training never saw: τ = {rule:.2f}. Here, at τ "
            "= {tau:.2f}, α is {alpha:.2%} and β {beta:.2%}. Click another rule in the table; those that "
            "need anomalies (“oracle”) are judged on images they were not set on.",
            figure=HOMEWORKS,
            choices={"view": "rules"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_rules,
            look="table-rules",
            goal=Goal(
                task="Bring β below {wanted:.0%}, and see what it costs.",
                done="β is below {wanted:.0%} now; α rose to {alpha:.2%}.",
                reached=lambda values: numbers.rates(values).type_2_error < numbers.WANTED_BETA,
                example=lambda: {"tau": threshold_for_type_2(material().anomaly, 0.9 * numbers.WANTED_BETA)},
            ),
        ),
        Step(
            title="Every τ at once",
            text="Plot 1 − β, the share of anomalies caught, against α for every τ and no τ is left to "
            "choose: that is the **ROC curve**. The area under it, here {auroc:.4f}, is the chance that a "
            "character scores higher than a digit. In the first plot α and β cross at {equal:.2%}, the place "
            "you looked for. The dot is your τ on each curve: drag it along.",
            figure=HOMEWORKS,
            choices={"view": "curves"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_curves,
            look="figure-rates",
        ),
        Step(
            title="Who is missed",
            text="A rate is a mean over unequal parts. At τ = {tau:.2f} “{character}” slips through most "
            "often, {of_it:.1%} of its images where β is {beta:.2%} in all, and “{digit}” is turned away "
            "most often, {of_digit:.1%} where α is {alpha:.2%}. Ask who "
            "bears the errors before you trust a mean.",
            figure=HOMEWORKS,
            choices={"view": "classes"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_classes,
            look="figure-scores",
        ),
        Step(
            title="How sure are these numbers?",
            text="{missed:,} misses were counted among {characters:,} characters. Another sample gives "
            "another count: the 95 % interval of β is {low:.2%} to {high:.2%}. On top of that comes luck "
            "in training: from {starts} random starts the same recipe gives a β from {least:.2%} to "
            "{most:.2%}, and no interval of one model shows it.",
            figure=HOMEWORKS,
            choices={"view": "uncertainty"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_chance,
            look="figure-seeds",
        ),
        Step(
            title="Other detectors",
            text="Is the network needed? At one α = {alpha:.1%} it misses {autoencoder:.2%}; **PCA**, the "
            "best straight-line copy from as many numbers ({code}), misses {pca:.2%}. A network that learned "
            "what outliers might look like helps most: with the autoencoder it misses {combined:.2%}. Once "
            "the characters are scaled as MNIST's digits were, it misses {scaled}.",
            figure=HOMEWORKS,
            choices={"view": "detectors"},
            values=numbers.homeworks_tau,
            numbers=numbers.of_detectors,
            look="table-detectors",
        ),
        Step(
            title="Likely is not normal",
            text="A **flow** gives every image a probability density p(x), so let −log p(x) be the score: "
            "what is unlikely among digits is flagged. Now show it an image without any ink.",
            figure=FLOW,
            choices={"view": "overview", "detector": OFFERED[LIKELIHOOD]},
            values=numbers.flow_start,
            numbers=numbers.of_likelihood,
            look="control-grey",
            prediction=Prediction(
                prompt="What does it say of a blank image?",
                answer=Pick("A blank image is", ("an anomaly", "accepted")),
                truth=numbers.blank_verdict,
                because="Blank scores {blank:.1f} nats, the likeliest digit {least:.1f}: {below_blank:,} of "
                "{digits:,} digits are less likely than blank, for density rewards what is simple. The grey "
                "of level {grey} beats {less_likely:,} of them; drag the level. That an image is likely does "
                "not make it normal.",
                hides=(
                    "readout-grey_score",
                    "readout-grey_flagged",
                    "figure-scores",
                    "figure-grey",
                    "figure-roc",
                ),
            ),
            goal=Goal(
                task="Find the darkest grey that is flagged.",
                done="A grey image of level {grey} is flagged.",
                reached=lambda values: numbers.grey_score(values) > values["tau"],
                example=numbers.first_flagged,
            ),
        ),
    ),
    start={"axis": "log", "detector": OFFERED[AUTOENCODER]},
)
