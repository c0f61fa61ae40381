"""Six homework problems on deep generative models: mathematics, models, data, figures and command line.

One word per problem names its package here, its figures, its lesson (``ui/lessons``), its page and its tests:

======= ================ ==================================================================================
problem word             what is in the package
======= ================ ==================================================================================
1       anomaly          from images to scores (detectors), from scores to decisions, likelihood as a score
2       line_flow        a one-dimensional flow: mixture distribution function, bases, data sets, training
3       coupling         affine coupling layers, their Jacobian, stacks of them in the plane, training
4       divergence       the KL divergence on the line, Jensen's chain, additivity over coordinates
5       gaussians        the KL divergence between Gaussians, its terms, solving and fitting
6       joint_maximum    joint maximisation: problems, grids, paths to the maximum, the bias of a gap
======= ================ ==================================================================================

Under them stand tools that know no problem (``numerics``, ``distributions``, ``images``) and the ground
(``errors``, ``checks``, ``arrays``, ``device``, ``store``); above them ``figures``, ``models`` (every trained
model in one table), ``jobs`` (training beside a server), ``commands`` and ``cli``. Packages import downwards
only, and modules called ``*_torch`` alone import torch at their top; tests/test_imports.py holds both.
"""

__version__ = "0.1.0"
