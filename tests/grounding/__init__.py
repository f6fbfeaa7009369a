"""Targets on screenshots: how ours are made, and an oracle to test the scorer with."""
