"""The published JSON Schema is the format's."""

from pathlib import Path

from desktop_agent.macros import schema

FILE = Path(__file__).parents[2] / "docs" / "macro.schema.json"


def test_the_published_schema_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == schema.text(), f"run: python -m desktop_agent.macros.schema > {FILE}"
