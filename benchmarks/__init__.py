"""Speed and size, each measured beside something to compare it with, in one run on one machine."""
