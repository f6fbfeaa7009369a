"""The command line of an exported script: its macro's parameters as options."""

from collections.abc import Iterator

from desktop_agent.core.text import one_line
from desktop_agent.macros.export.literals import literal
from desktop_agent.macros.format import Macro, Parameter

_CHECKED = {"number": "number", "integer": "integer", "date": "date", "boolean": "boolean"}
"""Types whose texts a function of the script checks."""


def main(macro: Macro, function: str) -> Iterator[str]:
    """The lines of the script's `main`, and of what calls it."""
    yield "def main():"
    yield f"    parser = argparse.ArgumentParser(description={_description(macro.name)}, allow_abbrev=False)"
    for each in macro.parameters:
        yield f"    parser.add_argument({', '.join(_argument(each))})"
    yield "    values = vars(parser.parse_args())"
    for each in macro.parameters:
        if each.type == "secret":
            yield f"    secret(values[{each.name!r}])"
    yield f"    {function}(values)"
    yield ""
    yield ""
    yield 'if __name__ == "__main__":'
    yield "    main()"


def _argument(parameter: Parameter) -> Iterator[str]:
    name = parameter.name
    # argparse has a --help of its own; no parameter's name holds a hyphen.
    yield literal("--value-of-help" if name == "help" else f"--{name}")
    yield f"dest={name!r}"
    if parameter.default is None:
        yield "required=True"
    else:
        yield f"default={literal(parameter.default)}"
    if parameter.choices:
        yield f"choices=({''.join(f'{literal(each)}, ' for each in parameter.choices)})"
    elif parameter.type in _CHECKED:
        yield f"type={_CHECKED[parameter.type]}"
    words = parameter.label or name
    yield f"help={_help(f'{words}: the name of a secret' if parameter.type == 'secret' else words)}"


def _description(text: str) -> str:
    """A literal in which argparse finds no "%(prog)s"."""
    return literal(one_line(text, 200).replace("%(", "% ("))


def _help(text: str) -> str:
    """A literal that argparse shows as it is: it takes % for a sign of its own."""
    return literal(one_line(text, 200).replace("%", "%%"))
