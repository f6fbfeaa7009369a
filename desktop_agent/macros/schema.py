"""The format as JSON Schema, for editors and other programs: `python -m desktop_agent.macros.schema` prints what
`docs/macro.schema.json` holds.
"""

import json
import sys
from typing import Any

from desktop_agent.macros.format import Macro

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of a `macro.json`. A few rules can't be said in it, such as that ids differ."""
    return {"$schema": DIALECT, **Macro.model_json_schema()}


def text() -> str:
    """As the file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
