"""The lesson on the divergence between Gaussians (problem 5): two ellipses in the plane, tuned live."""
