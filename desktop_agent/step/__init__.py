"""One action's way from proposal to verified outcome. The only caller of input."""
