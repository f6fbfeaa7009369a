"""The agent loop, its limits, its context and its prompts."""
