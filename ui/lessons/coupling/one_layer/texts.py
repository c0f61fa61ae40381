"""The prose of the lesson on one coupling layer."""

INTRODUCTION = (
    "The layer copies the coordinates in **Ω** and lets them set scale and shift of all others. "
    "**Drag a coordinate of x** and watch the Jacobian; **write it in block order** and see why its "
    "determinant costs only a sum."
)
NO_ERRATUM = "With two coordinates every σ is its own inverse: no Ω shows erratum 1."
MEANING = r"""
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
