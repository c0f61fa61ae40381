"""A ledger at one state as a document: LaTeX for the article class, or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from hw9core.ledger.ledger import Ledger
from hw9core.ledger.lines import Line, Result

State = TypeVar("State")
Sheet = tuple[Ledger[State], State]

_RELATIONS = {"=": "=", "≥": r"\ge", "≤": r"\le"}
# What pdfLaTeX's article class does not know in running text.
_LETTERS = {
    "Σ": r"$\Sigma$", "μ": r"$\mu$", "τ": r"$\tau$", "θ": r"$\theta$", "φ": r"$\varphi$", "α": r"$\alpha$",
    "β": r"$\beta$", "ρ": r"$\rho$", "σ": r"$\sigma$", "Φ": r"$\Phi$", "Ω": r"$\Omega$", "⁻¹": "$^{-1}$",
    "₀": "$_0$", "₁": "$_1$", "₂": "$_2$", "ᵀ": r"$^\top$", "∫": r"$\int$", "½": r"$\frac12$", "≥": r"$\ge$",
    "≤": r"$\le$", "−": "$-$", "×": r"$\times$", "·": r"$\cdot$", "∃": r"$\exists$", "‖": r"$\|$",
    "²": "$^2$", "Π": r"$\Pi$", "λ": r"$\lambda$", "∂": r"$\partial$",
    "⋆": r"$\star$", "ᶜ": "$^c$", "∈": r"$\in$", "′": "$'$", "…": r"\ldots{}", "‘": "`", "’": "'", "“": "``",
    "”": "''", "–": "--", "_": r"\_", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
}  # fmt: skip


def as_markdown(sheets: Iterable[Sheet]) -> str:
    """One table per ledger: the line, its reason, both numbers, the difference in words."""
    return "\n".join(part for ledger, state in sheets for part in _markdown(ledger, state)) + "\n"


def as_latex(sheets: Iterable[Sheet]) -> str:
    """A whole document that compiles with the article class."""
    parts = [
        r"\documentclass{article}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{amsmath,amssymb}",
        r"\begin{document}",
    ]
    for ledger, state in sheets:
        parts += _latex(ledger, state)
    return "\n".join([*parts, r"\end{document}"]) + "\n"


def _markdown(ledger: Ledger, state: State) -> list[str]:
    rows = [_markdown_row(result) for result in ledger.check(state)]
    heads = ["| line | why | left | right | |", "| --- | --- | --: | --: | --- |"]
    return [
        f"## Problem {ledger.problem}: {ledger.title}",
        "",
        f"At {_cell(ledger.describe(state))}.",
        "",
        *heads,
        *rows,
        "",
    ]


def _markdown_row(result: Result) -> str:
    line = result.line
    mark = "✓" if result.holds else "✗"
    numbers = f"{result.left:.6g} | {result.right:.6g}"
    return f"| {markdown_formula(line)} | {_cell(line.why)} | {numbers} | {mark} {result.words} |"


def markdown_formula(line: Line) -> str:
    """The line as inline mathematics that may stand in a cell of a table, where a bar would end the cell."""
    formula = f"{line.left} {_RELATIONS[line.relation]} {line.right}"
    return "$" + formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ") + "$"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _latex(ledger: Ledger, state: State) -> list[str]:
    parts = [rf"\section*{{Problem {ledger.problem}: {_escaped(ledger.title)}}}"]
    parts += [f"At {_escaped(ledger.describe(state))}.", r"\begin{enumerate}"]
    parts += [_latex_item(result) for result in ledger.check(state)]
    return [*parts, r"\end{enumerate}"]


def _latex_item(result: Result) -> str:
    line = result.line
    relation = _RELATIONS[line.relation]
    formula = rf"\[{line.left} {relation} {line.right}\]"
    negated = "" if result.holds else r"\not"
    numbers = f"${_number(result.left)} {negated}{relation} {_number(result.right)}$"
    return rf"\item {formula} {_escaped(line.why)}: {numbers}, {_escaped(result.words)}."


def _number(value: float) -> str:
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa.replace("inf", r"\infty")


def _escaped(text: str) -> str:
    return "".join(_LETTERS.get(part, part) for part in _parts(text))


def _parts(text: str) -> Sequence[str]:
    """Characters, with ⁻¹ kept together."""
    return [part for piece in text.split("⁻¹") for part in (*piece, "⁻¹")][:-1]
