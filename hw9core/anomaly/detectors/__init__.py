"""From images to scores: the autoencoder of the homework and the detectors beside it."""
