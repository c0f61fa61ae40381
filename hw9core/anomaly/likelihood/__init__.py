"""The likelihood of a flow of images as a score, and what it says of simple images."""
