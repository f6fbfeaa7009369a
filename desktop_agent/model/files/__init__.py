"""A model's files: which there are on a hub, which one suits this machine, fetching, checking, keeping and removing."""
