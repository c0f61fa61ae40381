"""The live component: Python computes a scene once, the browser follows the pointer through it."""
