"""The lesson of problem 3: one layer, a stack in the plane, and what can go wrong."""
