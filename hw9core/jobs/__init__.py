"""Trainings beside a server: what server and worker agree on, and the worker."""
