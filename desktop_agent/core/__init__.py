"""Types, geometry, messages, protocols and errors that every other package shares."""
