"""Displays of our own and, later, the ways to measure planners on them."""
