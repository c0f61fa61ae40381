"""The words of the lessons, each in one or two sentences, with the step of a story where it can be seen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word, what it means, and where it is seen: a lesson's word and the number of its step."""

    name: str
    meaning: str
    lesson: str
    step: int

    def __post_init__(self) -> None:
        if not self.meaning.endswith("."):
            raise ValueError(f"what {self.name} means must be a sentence")


TERMS = (
    Term(
        "additivity",
        "The divergence of independent coordinates is the sum of the divergences of each; correlation within "
        "p adds its total correlation on top.",
        "divergence",
        5,
    ),
    Term(
        "anomaly",
        "An image that does not come from the distribution the detector was made for; here a KMNIST "
        "character among MNIST digits.",
        "anomaly",
        1,
    ),
    Term(
        "AUROC",
        "The area under the ROC curve: the chance that a random anomaly scores higher than a random digit, a "
        "tie counting half.",
        "anomaly",
        5,
    ),
    Term(
        "autoencoder",
        "A network that squeezes an image into a short code and redraws it from the code; what it was not "
        "trained on comes back badly.",
        "anomaly",
        1,
    ),
    Term(
        "base distribution",
        "The simple distribution, mostly N(0, 1), that a flow carries the data to and samples are drawn "
        "from.",
        "line_flow",
        1,
    ),
    Term(
        "bias (of a variational estimate)",
        "By how much the maximiser of a bound differs from that of the likelihood; to first order the slope "
        "of the gap over the curvature of f.",
        "joint_maximum",
        6,
    ),
    Term(
        "bootstrap",
        "Drawing new samples from a sample, with replacement, to see how much a number computed from it "
        "would shake.",
        "anomaly",
        7,
    ),
    Term(
        "change of variables",
        "If z = f(x), then log p(x) = log base(z) + log |det ∂z/∂x|: where the map stretches, the data's "
        "density is higher than that of z.",
        "line_flow",
        3,
    ),
    Term(
        "confidence interval",
        "The rates under which the count that was seen is no surprise. Clopper and Pearson's is exact for "
        "counts.",
        "anomaly",
        7,
    ),
    Term(
        "copula",
        "How coordinates depend on each other, apart from how each is distributed: it can be changed while "
        "every coordinate's own distribution stays.",
        "divergence",
        5,
    ),
    Term(
        "coupling layer",
        "A layer of a flow that copies half of the coordinates and lets them scale and shift the other half: "
        "easy to undo, and its log-determinant is a sum.",
        "coupling",
        1,
    ),
    Term(
        "DeLong's test",
        "Whether two areas under ROC curves on the same images differ by more than chance.",
        "anomaly",
        8,
    ),
    Term(
        "determinant",
        "By how much a linear map multiplies volumes; below 0 it also mirrors. Of a triangular matrix it is "
        "the product of the diagonal.",
        "coupling",
        3,
    ),
    Term(
        "ELBO",
        "Evidence lower bound: log p(x) less the divergence of a guessed distribution of the latent variable "
        "from the true one. Never above log p(x).",
        "joint_maximum",
        3,
    ),
    Term(
        "EM algorithm",
        "Maximising the ELBO by turns: over the guess of the latent variable (E-step), then over the "
        "parameters (M-step).",
        "joint_maximum",
        4,
    ),
    Term(
        "entropy",
        "The mean of −log p(x) under p itself: how surprising a distribution is to those who know it. No "
        "model's expected loss is below it.",
        "line_flow",
        4,
    ),
    Term(
        "epoch",
        "One pass of the training through all samples.",
        "line_flow",
        4,
    ),
    Term(
        "equal error rate",
        "The common value of α and β at the threshold where they meet.",
        "anomaly",
        3,
    ),
    Term(
        "flow",
        "A distribution given by an invertible map from data to simple noise; it can be sampled and its "
        "density is known exactly.",
        "line_flow",
        1,
    ),
    Term(
        "Jacobian",
        "The matrix of all slopes ∂zᵢ/∂xⱼ of a map; its determinant says by how much volumes change.",
        "coupling",
        1,
    ),
    Term(
        "Jensen's inequality",
        "The mean of a curve that bends upwards lies above the curve at the mean. It is why the divergence "
        "is never negative.",
        "divergence",
        1,
    ),
    Term(
        "KL divergence",
        "D(p‖q) = E_p[log p/q], the extra surprise of believing q while p is true; 0 only for p = q, and not "
        "the same in both directions.",
        "divergence",
        1,
    ),
    Term(
        "KMNIST",
        "Ten classes of handwritten Japanese characters in the format of MNIST; the anomalies of the first "
        "lesson.",
        "anomaly",
        1,
    ),
    Term(
        "Kolmogorov–Smirnov test",
        "Whether a sample fits a distribution, by the largest gap between both distribution functions.",
        "line_flow",
        5,
    ),
    Term(
        "latent variable",
        "A part of the model that nobody observes, such as which of two groups a point belongs to.",
        "joint_maximum",
        3,
    ),
    Term(
        "likelihood",
        "The probability density that a model gives to the data, as a function of the model.",
        "joint_maximum",
        3,
    ),
    Term(
        "Mahalanobis distance",
        "The distance from a mean in units of the spread: long where the distribution is narrow. Its square "
        "is a term of the Gaussian divergence.",
        "gaussians",
        2,
    ),
    Term(
        "MNIST",
        "Handwritten digits, the images that the detectors of the first lesson know.",
        "anomaly",
        1,
    ),
    Term(
        "mode seeking, mode covering",
        "Fitting by D(q‖p) lets q settle on one peak of p; fitting by D(p‖q) makes it cover all of them.",
        "gaussians",
        5,
    ),
    Term(
        "Monte Carlo",
        "Estimating a mean from random draws; its standard error shrinks like one over the square root of "
        "their number.",
        "divergence",
        4,
    ),
    Term(
        "nat",
        "The unit of surprise with the natural logarithm; a bit is the same with the logarithm of base two.",
        "line_flow",
        3,
    ),
    Term(
        "natural gradient",
        "The gradient in units of the divergence between distributions instead of those of the parameters, "
        "so that steps do not depend on how these are written.",
        "gaussians",
        5,
    ),
    Term(
        "PCA",
        "Principal component analysis: the best copy of an image from a few numbers that a straight-line map "
        "can make.",
        "anomaly",
        8,
    ),
    Term(
        "posterior",
        "The distribution of the latent variable once the data are known.",
        "joint_maximum",
        3,
    ),
    Term(
        "prevalence",
        "The share of anomalies among the images that will be met; on it depends how often an alarm is "
        "right.",
        "anomaly",
        5,
    ),
    Term(
        "ROC curve",
        "The share of anomalies caught against the share of false alarms, for every threshold.",
        "anomaly",
        5,
    ),
    Term(
        "score",
        "A detector's number for an image: the higher, the stranger.",
        "anomaly",
        1,
    ),
    Term(
        "split conformal",
        "A rule that takes τ from the ranks of scores of unseen digits, so that the chance of a false alarm "
        "is bounded whatever the distribution.",
        "anomaly",
        4,
    ),
    Term(
        "threshold τ",
        "The score above which an image is called an anomaly.",
        "anomaly",
        2,
    ),
    Term(
        "total correlation",
        "How much the joint distribution of coordinates diverges from the product of their own; 0 only if "
        "they are independent.",
        "divergence",
        5,
    ),
    Term(
        "type I error α",
        "The share of digits called anomalies: false alarms.",
        "anomaly",
        2,
    ),
    Term(
        "type II error β",
        "The share of anomalies that are accepted: misses.",
        "anomaly",
        2,
    ),
    Term(
        "variational inference",
        "Replacing a distribution that is out of reach by the nearest one of a simple family, in D(q‖p).",
        "gaussians",
        5,
    ),
    Term(
        "whitening",
        "Turning and scaling space until a Gaussian becomes N(0, I); the divergence does not change.",
        "gaussians",
        7,
    ),
)
