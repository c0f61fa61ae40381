"""Problem 3: affine coupling layers, their Jacobian, and stacks of them in the plane."""
