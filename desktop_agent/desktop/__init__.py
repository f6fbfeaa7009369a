"""Eyes and hands: one package a capability, with its Protocol in core and a handler an operating system."""
