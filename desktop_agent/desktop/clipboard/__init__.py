"""The clipboard, as a way to bring text into a window and to leave the person's own content as it was."""
