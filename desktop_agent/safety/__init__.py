"""Policy, approval, stop, audit: the deterministic code between a planner and the hands."""
