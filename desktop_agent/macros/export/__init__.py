"""A macro in other forms: a Python script, a guide for people."""
