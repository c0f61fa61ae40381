"""Lecture mode: large type, clicker keys, parts that can be hidden, and a QR of what is on the screen."""
