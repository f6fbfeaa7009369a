"""Desktop Agent's core: everything but the windows. Importable without a display and without Qt."""

__version__ = "0.1.0"
