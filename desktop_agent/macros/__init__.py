"""Recorded macros: their format, recording, finding targets again, playing, parameters, triggers, exports."""
