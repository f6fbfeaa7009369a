"""The input devices: whether an event came from the person's hands or from a program."""
