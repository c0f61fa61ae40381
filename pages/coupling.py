"""Problem 3: the log-determinant of an affine coupling layer is the sum of s."""

import streamlit as st

from hw9core.coupling import require_mask
from hw9core.errors import ConfigError
from ui import state
from ui.lessons import coupling
from ui.lessons.coupling.names import braces
from ui.live.live import live

st.title("Coupling layer")
st.markdown(
    "The layer copies the coordinates in **Ω** and lets them set scale and shift of all others. "
    "**Drag a coordinate of x** and watch the Jacobian; **write it in block order** and see why its "
    "determinant costs only a sum."
)
choices = st.container(horizontal=True, gap="medium")  # wraps where a column would clip
dim = choices.segmented_control(
    "Number of coordinates n",
    list(coupling.DIMS),
    default=4,
    required=True,
    key="n",
    bind="query-params",
    width="content",
)
chosen = choices.pills(
    "Ω: click coordinates in or out",
    list(range(1, dim + 1)),
    selection_mode="multi",
    default=[i + 1 for i in coupling.default_mask(dim)],
    key="omega",
    bind="query-params",
    width="content",
)
seed = choices.number_input(
    "Seed of the networks s and t", 0, coupling.MAXIMUM_SEED, 0, key="seed", bind="query-params", width=220
)
leaky = st.toggle(
    "Break the hypothesis: let s see the transformed half $x_{Ω^c}$ too", key="leak", bind="query-params"
)

try:
    mask = require_mask([i - 1 for i in chosen], dim)
except ConfigError as error:
    mask = state.last_good(f"omega-{dim}") or coupling.default_mask(dim)
    st.warning(f"{error} Showing Ω = {braces(mask)} instead.")
state.last_good(f"omega-{dim}", mask)


def scene_at(values: dict[str, float]) -> coupling.Payload:
    """The scene around the committed x."""
    return coupling.payload(coupling.Request(dim, mask, seed, leaky, coupling.point_of(values, dim)))


live("coupling", scene_at, coupling.fields(dim))

other = coupling.next_mask_with_erratum(dim, mask)
if other is None:
    st.caption("With two coordinates every σ is its own inverse: no Ω shows erratum 1.")
else:
    st.button(
        f"Another Ω that shows erratum 1: {braces(other)}",
        on_click=state.preset,
        args=("omega", [i + 1 for i in other]),
    )

st.subheader("What the numbers mean")
st.markdown(
    r"""
$P_\sigma$ carries block order back to the original order, $x = P_\sigma (x_\Omega; x_{\Omega^c})$, and

$$
z_\Omega = x_\Omega, \qquad z_{\Omega^c} = e^{s_\theta(x_\Omega)} \odot x_{\Omega^c} + t_\theta(x_\Omega).
$$

In block order the Jacobian is $B$, and so its log-determinant is a sum:

$$
B = P_\sigma^{-1} \frac{\partial z}{\partial x} P_\sigma
= \begin{pmatrix} I & 0 \\ \star & \operatorname{diag}(e^{s_\theta(x_\Omega)}) \end{pmatrix}, \qquad
\log\left|\det \frac{\partial z}{\partial x}\right| = \sum_i s_\theta(x_\Omega)_i.
$$

**Erratum 1.** The homework wrote $\partial z/\partial x = P^{-1} B P$; with this $P$ it is $P B P^{-1}$. The
determinant is the same either way, and so is the whole matrix whenever $\sigma$ is its own inverse.

**Erratum 2.** It called $B$ upper triangular; it is *lower* triangular: the zeros stand above the diagonal,
because nothing in $\Omega$ depends on what is outside.

**Why $s$ must not see $x_{\Omega^c}$.** Flip the switch: $B$ gets entries above its diagonal, inverting the
layer would need the very coordinates that are sought, and $\sum_i s_i$ misses the log-determinant by exactly

$$
\log\left|\det \frac{\partial z}{\partial x}\right| - \sum_i s_i = \log\left|\det\left(
I + \operatorname{diag}(x_{\Omega^c}) \frac{\partial s}{\partial x_{\Omega^c}}\right)\right|.
$$

Drag every coordinate outside $\Omega$ to 0 and the gap closes.
"""
)
