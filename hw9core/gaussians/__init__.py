"""Problem 5: the KL divergence between Gaussians, in closed form and solved for."""
