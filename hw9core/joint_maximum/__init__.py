"""Problem 6: joint maximisation, paths to it, and what moves its maximiser."""
