"""The ladder that finds a recorded target on the screen again, and its other direction: describing a target."""
