"""No typed number in what is read: those in prose come from a checkpoint, a stored report or the core.

A string of words in the source of a page, a lesson or a figure is read as prose, whatever call or table it
stands in. What may hold digits there: formulas between dollars, code, fields that are filled in, numbers of
problems and errata, and the exact definitions listed below, each with its reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in (
        "pages",
        "ui",
        "ui/home",
        "ui/jobs",
        "ui/lessons/**",
        "ui/story",
        "hw9core/figures",
        "hw9core/joint_maximum",
    )
    for path in ROOT.glob(f"{folder}/*.py")
    if path.name != "recipe.py"  # the lines of scripts, which tests/browser/test_scripts.py runs
)
_HOLE = "\ue000"  # stands for a value that an f-string fills in
_WORDS = 2  # fewer are a name, a spec or an address
_READ = {
    r"\$\$.+?\$\$": "a formula",
    r"\$[^$]*[^\W\d_][^$]*\$": "a formula, which has letters: a number between dollars is none",
    r"`[^`]*`": "code to copy",
    r"<[^<>]*>": "a tag of HTML",
    r"\{[^{}]*\}": "a field that is filled in",
    r"(?i)\b(?:problem|erratum|figure) \d\b": "the homework's own numbering",
    r"\b(?:N|Laplace|Beta|diag|uniform on )\([^()]*\)": "a distribution or matrix, named by its parameters",
    r"\b1/\(2ε\)": "a formula in a sentence of a figure, which sets no formulas",
    r"\b2 · D\b": "what the terms of the formula add up to",
    r"\bmean \+ 3 sd\b": "the homework's rule, whose default is mean_plus_k_sd's",
    r"\b95 %(?= (?:of|interval))": "the level of every interval of the program",
    r"± 1\.96 standard errors": "the normal quantile of that level, as it is drawn",
    r"± 2 of them": "how many standard errors are drawn",
    r": 1 and 2 sd": "the radii of the circles that are drawn",
    r"“8”": "a digit as a class of images",
    r"\b10 to the$": "the base of the exponent that is typed",
    r"\b1 training is\b": "a singular",
    r"θ\*\*2|θ\^2|\(θ − 1\)\*\*2": "how a formula is typed",
    # Sums of probabilities, signs, ends of [0, 1]: exact. A share of 1 % is a result, and 0.1 is a number.
    r"(?<![\d.,])[01](?![\d%]|[.,]\d|\s%)": "zero and one",
}
_NUMBER = re.compile(r"(?<![^\W\d])\d[\d.,]*")  # not in a word such as x2, nor a subscript


def typed_numbers(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of every string that reads as prose and holds a digit of its own."""
    for line, text in _strings(ast.parse(source)):
        for allowed in _READ:
            text = re.sub(allowed, _HOLE, text, flags=re.DOTALL)
        if _NUMBER.search(text) and len(re.findall(r"[^\W\d_]{2,}", text)) >= _WORDS:
            yield line, " ".join(text.split())


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string with its line, an f-string as one: without docstrings, formats, LaTeX and annotations."""
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "").startswith("formula"):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            for field in node.values:
                skipped |= {id(part) for part in ast.walk(getattr(field, "format_spec", None) or ast.Pass())}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, _joined(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _joined(node: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else _HOLE for part in node.values)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_number_in_prose_is_typed(path):
    assert list(typed_numbers(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'st.markdown("The flow misses 57 % of them.")',
        'st.caption(f"It misses {share:.2%}, the other 9.49 %.")',
        'TEXT = "as before, " "a test loss of 1.2"',
        '_LONG = """\nOf all digits\n$57$ % are missed.\n"""',
        'Readout(beta, "Type II error", ".4f", "The homework reports 0.0286 here.")',
        'Figure("roc", figure, 340, "ROC curves of 12 random starts")',
        'TEXTS = {"loss": "The loss is 0,5 nats."}',
        '_BOUND = r"with $s = 2 \\tanh(s/2)$ no layer goes beyond 7.4 times"',
        'st.info("About 1 % of all digits.")',
        'st.info("Misses 0.1 of all.")',
        'st.markdown("more likely than 10,000 of all digits")',
    ],
)
def test_a_typed_result_is_found(source):
    assert len(list(typed_numbers(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""The docstring of 57 misses."""',
        'st.markdown(f"It misses {share:.2%} of {n:,} digits.")',
        'TEXT = "It misses {share:.2%} of all digits; see erratum 4 and problem 6."',
        'TEXT = r"Hence $e^2 \\approx 7.4$ and $$x_1 = 2.5 \\cdot z$$ at most."',
        'st.caption("run `hw9 train --epochs 20` and wait")',
        'Slider("tau", "Threshold τ", step=0.25, format=".4f")',
        'st.info("The weights sum to 1, and the least is 0.")',
    ],
)
def test_what_is_no_typed_result_is_left_alone(source):
    assert list(typed_numbers(source)) == []


@pytest.mark.parametrize("allowed", _READ)
def test_every_exception_is_needed(allowed):
    texts = (text for path in SOURCES for _, text in _strings(ast.parse(path.read_text(encoding="utf-8"))))
    assert any(
        re.search(r"\d", found[0]) for text in texts for found in re.finditer(allowed, text, re.DOTALL)
    )
