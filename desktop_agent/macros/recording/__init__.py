"""Recording: what the person does becomes a macro."""
