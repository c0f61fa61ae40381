"""What stands below the stage: solving, fitting, matrices, errata, and a covariance that goes singular."""

import streamlit as st

from hw9core.errors import InputError
from ui import choices, state
from ui.lessons.gaussians import errata, fit, matrices, plane, singular, solve
from ui.lessons.gaussians.plane import P, Q
from ui.live.live import live
from ui.quoting import as_sentence
from ui.words import UNITS

SOLVE, FIT, MATRICES, ERRATA, SINGULAR = PANELS = (
    "solve for",
    "fit",
    f"1 to {matrices.MOST_DIMENSIONS} dimensions",
    "errata",
    "break it",
)


def show(panel: str, key: str, values: dict[str, float], unit: str) -> None:
    """One panel; ``key`` and ``values`` are the stage's."""
    if panel == SOLVE:
        _solve(key, values, unit)
    elif panel == FIT:
        _fit(values, unit)
    elif panel == MATRICES:
        _matrices(unit)
    elif panel == ERRATA:
        _errata(values, unit)
    elif panel == SINGULAR:
        _singular(unit)


def _solve(key: str, values: dict[str, float], unit: str) -> None:
    left, middle, right = st.columns([3, 2, 2])
    way = choices.one_of(left, "Change", solve.WAYS, "solve", default=solve.MOVE)
    wanted = choices.number_in(middle, f"until D(p‖q) is ({unit})", 0.0, 1e6, 2.0, "wanted")
    degrees = 0.0
    if way == solve.MOVE:
        degrees = choices.number_in(right, "along the direction (°)", -360.0, 360.0, 0.0, "direction")
    try:
        solutions = solve.solve(values, way, wanted / UNITS[unit], degrees)
    except InputError as error:
        st.warning(as_sentence(error))
        return
    for number, answer in enumerate(solve.answers(values, way, solutions, degrees), start=1):
        words, button = st.columns([4, 2], vertical_alignment="center")
        words.markdown(answer.words)
        button.button(
            f"Show answer {number} on the stage",
            key=f"answer-{number}",
            on_click=state.put,
            args=(key, answer.values),
            disabled=not answer.reachable,
        )
    st.caption(
        f"Least possible here: {UNITS[unit] * solutions.least:.6g} {unit}, at {solutions.at_least:.6g}; "
        "on either side the divergence rises, so there are two answers."
    )


def _fit(values: dict[str, float], unit: str) -> None:
    left, middle, right = st.columns([3, 2, 3], vertical_alignment="bottom")
    target = choices.one_of(left, "Fit q to", fit.TARGETS, "target", default=fit.TWO)
    distance = fit.DISTANCE
    if target == fit.TWO:
        distance = choices.number_in(middle, "modes apart", 0.0, 8.0, fit.DISTANCE, "apart")
    diagonal = choices.switch(right, "q without correlation (diagonal Σ₁)", "diagonal")
    st.caption("Both start at the stage's q and take natural-gradient steps. Press play, or drag the step.")
    request = fit.Request(plane.numbers(values), target, distance, diagonal, unit)
    live("gaussian-fit", fit.scene(request))
    st.markdown(
        "Descending D(p‖q), q pays wherever p has mass and q has none: it **covers** everything. Descending "
        "D(q‖p), q pays wherever q has mass and p has none: it **settles on one mode**, "
        "unless the modes lie so close that the valley between them costs little."
    )


def _matrices(unit: str) -> None:
    good = state.last_good("matrices") or matrices.START
    for key in matrices.KEYS:
        if good[key] != matrices.START[key]:  # back from another panel
            state.begin(key, good[key])
    _random_pair()
    texts = {}
    for column, index in zip(st.columns(2), "01", strict=True):
        for key in (f"mu{index}", f"sigma{index}"):
            height = 68 if key.startswith("mu") else 160
            label, start = matrices.NAMES[key], matrices.START[key]
            texts[key] = choices.text_in(column, label, start, key, height=height)
    st.caption("Write or paste numbers as NumPy prints them, as nested lists, or one row a line.")
    judged = matrices.judge(texts)
    if judged.pair is None:
        st.warning(f"{as_sentence(judged.problem)} Showing the last pair that was valid.")
        for key, text in judged.offers.items():
            st.button(
                f"Take the nearest valid {matrices.NAMES[key]}",
                key=f"nearest-{key}",
                on_click=state.preset,
                args=(key, text),
            )
            st.code(text)
        judged = matrices.judge(good)
    else:
        state.last_good("matrices", texts)
    st.markdown(matrices.table(*judged.pair, unit))
    for line in matrices.remarks(*judged.pair, unit):
        st.caption(line)


def _random_pair() -> None:
    columns = st.columns(4, vertical_alignment="bottom")
    dimension = choices.number_in(columns[0], "Dimensions", 1, matrices.MOST_DIMENSIONS, 3, "dimensions")
    seed = choices.number_in(columns[1], "Seed", 0, 9999, 0, "pair_seed")
    exponent = choices.number_in(columns[2], "Condition number 10 to the", 0, 12, 1, "condition")
    columns[3].button("Random pair", on_click=_set_random_pair, args=(dimension, seed, exponent))


def _set_random_pair(dimension: int, seed: int, exponent: int) -> None:
    for key, text in matrices.random_texts(dimension, seed, 10.0**exponent).items():
        state.preset(key, text)


def _errata(values: dict[str, float], unit: str) -> None:
    p, q = plane.gaussian(values, P), plane.gaussian(values, Q)
    st.markdown(errata.table(p, q, unit))
    st.caption(errata.sampled(p, q))
    st.markdown(
        r"""
**Erratum 4.** The third line writes $D$ as three integrals, and the third one lost its factor ½. It is never
0, so the fault shows in every state.

**Erratum 5.** “Inserting $A = \Sigma_0$” must read $A = \Sigma_0^{-1}$, which gives
$d + \mu_0^\top\Sigma_0^{-1}\mu_0$, and likewise $A = \Sigma_1^{-1}$. Where $\Sigma = I$ the fault hides: make
both half axes 1 and see.
"""
    )


def _singular(unit: str) -> None:
    live("gaussian-singular", singular.scene(unit))
    st.markdown(
        "The formula needs $\\Sigma_1$ to be invertible. Make q flat in a direction in which p is not, and "
        "the divergence has no bound; p flat alone costs far less, and both flat alike costs nothing more."
    )
    st.markdown(
        "It needs p to be Gaussian, too. For a p of another shape and the Gaussian q of the same mean and "
        "variance the formula gives 0; the truth is p's negentropy."
    )
    st.markdown(singular.not_gaussian(unit))
