"""What the page says below its figures."""

RENORMALISATION = (
    "Drag an atom across the plot, or move the sliders. Whatever they say is renormalised: the weights "
    "$p_i$ are divided by their sum, then all ratios by $E_p[r]$, so that $q_i = p_i r_i$ sums to 1 too."
)

JENSEN = r"""
The curve $-\log r$ is convex, so the centre of mass of points on it lies above it (Jensen):
$E_p[-\log r] \ge -\log E_p[r] = -\log 1 = 0$, and the left side is $D(p\|q)$. **The gap is the divergence.**
It closes only where all atoms meet, $r = 1$ everywhere: $p = q$. An atom that $q$ misses ($r = 0$) lies
infinitely high, and so does the centre of mass: $D = +\infty$.
"""

DENSITIES = r"""
The integrand $p \log(p/q)$ is negative wherever $q > p$: no single $x$ promises anything, only the total is
$\ge 0$, and it is 0 exactly when $p = q$. Swap the two and another integral comes out: $D(p\|q)$ punishes a
$q$ that is small where $p$ is not, $D(q\|p)$ the reverse. Where $q$ has no mass at all and $p$ has some,
$D(p\|q) = +\infty$: choose the truncated normal and read $D(q\|p)$, whose integrand is infinite where the
arrow says ∞.

The mean of $q/p$ under $p$ is computed by quadrature only. Its variance is infinite for normal densities once
$\sigma_q^2 \ge 2\sigma_p^2$, and a sample mean would look calm and be wrong.

**Erratum 3.** The homework wrote
$-\log \int q = -\log 1 = 0$ as the last step. The integral runs over $p > 0$ only; for a truncated $p$ it is
less than 1, and the chain ends in $> 0$. Its $E[\log(X/Y)]$ stands for $E_p[\log p(X)/q(X)]$.
"""

ADDITIVITY = r"""
With independent coordinates under **both** $p$ and $q$, the log of each product is a sum and every other
coordinate integrates to 1: $D(p\|q) = \sum_i D(p_i\|q_i)$. The joint value comes by a route of its
own, so the two bars agree because the statement is true. (The homework used, without saying so, that $q$'s
coordinates are independent too.)

**Correlate $p$** through a Gaussian copula with one $\rho$ for all pairs: the marginals stay as they are, the
joint value rises by exactly $p$'s total correlation $-\tfrac12 \log\det R$. **Correlate $q$ instead** and
additivity fails another way: the gap depends on the marginals, and it may be negative.
"""
