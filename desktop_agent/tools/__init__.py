"""The native tools that a planner calls."""
