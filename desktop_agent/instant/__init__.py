"""A planner without a model: a command grammar, and targets resolved through a Locator."""
