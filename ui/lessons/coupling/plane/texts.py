"""The prose of the lesson on flows in the plane."""

from ui.lessons.coupling.plane import layers

INTRODUCTION = (
    "One coupling layer moves only half of the coordinates. **Stack several and let the halves change "
    "places**, and the stack turns a complicated cloud of points into plain noise, and noise back into data."
)
DENSITY = r"""
The layers run one after the other, $z = f(x) = f_L \circ \dots \circ f_1(x)$, and each is undone exactly. So
the density of the data follows from that of the noise: every layer adds its own sum of $s$,

$$
\log p(x) = \log \mathcal N(f(x); 0, I) + \sum_{k=1}^{L} \sum_i s_k(\cdot)_i .
$$
"""
TO_Z = r"""
**Play the layers.** With permutations every odd layer moves the points up and down only, every even one left
and right only: the other coordinate is copied, and tells how far to stretch and to shift. In the end the
points should fill the dashed circles like draws from $\mathcal N(0, I)$. Between whole layers the picture
shows the straight way from one to the next. Some layers throw points far out: the wide window shows where.

**Drag the cell.** Its image after some layers is bent, but a small cell stays nearly a parallelogram, and its
area grows by the factor $|\det \partial f/\partial x| = e^{\sum s}$. Make the side smaller: the ratio of both
areas tends to that number, without any determinant being computed. Where the data is dense the flow must
stretch, where it is thin, squeeze. **Mass is conserved**: $p(x)$ is the density of z times that factor.
"""
SAMPLING = r"""
**Play the layers back.** Points drawn from $\mathcal N(0, I)$ go through the inverse layers, the last one
first: $x = (z - t)\,e^{-s}$ needs no inverse of a network, since the copied coordinate is still there. They
arrive where the data is. Thin bridges between separate parts stay: a continuous map cannot tear the plane.
"""
LEARNING = r"""
**Scrub the snapshots.** Training changes the weights until the mean of $-\log p(x)$ over the training samples
is small. Its expectation for a fresh sample is the entropy of the data and, on top of it,
$D(p_{\text{data}} \| p) \ge 0$, the divergence of problem 4. Both vary with the samples by chance, so D is
estimated from the differences, sample by sample. Move the layers as well: each snapshot has its own way from
x to z.
"""
OF_DIRECTION = {layers.TO_Z: TO_Z, layers.TO_X: SAMPLING}
COLOURS = (
    "What the colours mean: a point takes the colour of the direction in which it starts, in eight sectors "
    "around the middle, and keeps it. Blue shades are density; green dashes are the base N(0, I)."
)
