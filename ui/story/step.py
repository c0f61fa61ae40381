"""A story: the steps of a lesson from a question to why it matters, as data that a panel shows.

Texts hold fields, ``{beta:.2%}``, which :attr:`Step.numbers` fills with what the core computes at the state
on screen; what is written in braces nowhere else is a number that nobody typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ui.state import Answer
from ui.words import written

Values = Mapping[str, float]
Numbers = Mapping[str, object]
_MINUS = re.compile(r"(?<!\w)-(?=\d)")


@dataclass(frozen=True)
class Mistake:
    """An answer that a known confusion gives, and the sentence that says which."""

    answer: Callable[[Values], float]
    words: str


@dataclass(frozen=True)
class Handle:
    """Answered with a control of the page, by name: the visitor puts its handle where the answer is."""

    control: str
    form: str = ".2f"


@dataclass(frozen=True)
class Guess:
    """Answered with a number on a slider of the panel."""

    label: str
    low: float
    high: float
    start: float
    step: float
    form: str = ".2f"


@dataclass(frozen=True)
class Pick:
    """Answered with one of a few options; the answer is its place, counted from 0."""

    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question to answer before the page does.

    ``truth`` is the core's answer at the state on screen: a control's value, a number, or an option's place.
    A number within ``tolerance`` of it is right, within ``tolerance`` of a mistake's that mistake. What
    gives the answer away, in ``hides`` by the names of :attr:`Step.look`, is blank until something is
    answered; ``because`` comes with the verdict.
    """

    prompt: str
    answer: Handle | Guess | Pick
    truth: Callable[[Values], float]
    because: str
    tolerance: float = 0.0
    mistakes: tuple[Mistake, ...] = ()
    hides: tuple[str, ...] = ()

    def verdict(self, answer: float, values: Values) -> str:
        """How far an answer is from the truth, in one sentence, and which mistake gives it."""
        truth = self.truth(values)
        if isinstance(self.answer, Pick):
            options = self.answer.options
            words = f"{options[round(truth)]}."
            return f"**Right**: {words}" if answer == truth else f"**No**: {words}"
        form, distance = self.answer.form, answer - truth
        if abs(distance) <= self.tolerance:
            words = f"**Right**: you said {written(answer, form)}, and it is {written(truth, form)}."
        else:
            words = (
                f"You said {written(answer, form)}, which is {_off(distance, form)}: "
                f"**it is {written(truth, form)}**."
            )
            words += self._mistake(answer, values)
        return words

    def placed(self, answer: float, values: Values) -> Answer | None:
        """Both places on the figure, for what is answered with a control of it."""
        if not isinstance(self.answer, Handle):
            return None
        truth, form = self.truth(values), self.answer.form
        distance = answer - truth
        off = "right" if abs(distance) <= self.tolerance else _off(distance, form)
        words = f"you: {written(answer, form)}", f"it is {written(truth, form)}", off
        return Answer(self.answer.control, answer, truth, words)

    def _mistake(self, answer: float, values: Values) -> str:
        for mistake in self.mistakes:
            if math.isclose(answer, mistake.answer(values), rel_tol=0.0, abs_tol=self.tolerance):
                return f" {mistake.words}"
        return ""


def _off(distance: float, form: str) -> str:
    return f"{written(abs(distance), form)} too {'high' if distance > 0 else 'low'}"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What to bring about with the controls: the task, what is said once it is done, and a way to do it."""

    task: str
    done: str
    reached: Callable[[Values], bool]
    example: Callable[[], Values]


def at(**values: float) -> Callable[[], Values]:
    """Values that are known beforehand, as the function that a step asks for."""
    return lambda: values


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: its words, the state that it brings the page into, and what there is to do.

    ``choices`` are words of the page's choices by their keys; ``values`` those of the controls of the live
    figure whose state is kept under ``figure``. Numbers, goals and predictions see every control in
    ``values``, as it stands now. ``look`` is what is lit: the test id of a readout, control or block
    (``readout-<name>``), or ``figure-<name>``.
    """

    title: str
    text: str
    figure: str
    choices: Mapping[str, object] = field(default_factory=dict)
    values: Callable[[], Values] = dict
    numbers: Callable[[Values], Numbers] = lambda _values: {}
    look: str = ""
    goal: Goal | None = None
    prediction: Prediction | None = None

    def said(self, text: str, numbers: Numbers) -> str:
        """A text with its fields filled, with true minus signs."""
        return _MINUS.sub("−", text.format(**numbers))

    def now(self, committed: Values) -> Values:
        """The step's controls as they stand; as the step sets them where the page shows others."""
        own = self.values()
        return {name: committed.get(name, value) for name, value in own.items()}


@dataclass(frozen=True)
class Story:
    """The steps of one lesson; ``start`` are choices that every step sets unless it has others.

    ``model`` is the key of the choice between the shipped model and a visitor's own, once that is offered.
    """

    question: str
    steps: tuple[Step, ...]
    start: Mapping[str, object] = field(default_factory=dict)
    model: str = ""

    def choices(self, number: int) -> Mapping[str, object]:
        """What step ``number``, from 1, sets of the page's choices."""
        return {**self.start, **self.steps[number - 1].choices}
