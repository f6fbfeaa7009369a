"""Whether what was exported from a macro holds nothing of its texts but literals, comments and plain words."""

import ast
import re

from desktop_agent.macros.export import python

_CALLED = frozenset(
    {
        *("argparse.ArgumentParser", "parser.add_argument", "parser.parse_args", "vars", "range", "main"),
        *("values.update", "time.sleep", "Target", "cannot", "require", "there", "click", "drag", "scroll", "hover"),
        *("type_text", "press", "open_application", "bring_to_front", "clipboard", "text_of", "secret"),
    }
)
_NAMED = frozenset(
    {
        *("argparse", "parser", "vars", "range", "main", "values", "name", "time", "_", "__name__"),
        *("number", "integer", "date", "boolean"),
    }
)
_STATEMENTS = (
    *(ast.FunctionDef, ast.Expr, ast.Assign, ast.Return, ast.If, ast.For, ast.Break, ast.Pass),
    *(ast.expr, ast.expr_context, ast.operator, ast.cmpop, ast.arguments, ast.arg, ast.keyword, ast.comprehension),
)
_OWN = re.compile(r"macro_[0-9]+")
_IMAGE = re.compile(r"!\[[^\]]*\]\(<[A-Za-z0-9_%.-]*/step-\d{3,}\.png>\)")


def script_problems(text: str) -> list[str]:
    """What is wrong with an exported script: it does not compile, or does something that no macro can say."""
    head = python._head()
    if not text.startswith(head):
        return ["it begins otherwise"]
    try:
        compile(text, "script.py", "exec")
        nodes = list(ast.walk(ast.parse(text[len(head) :])))
    except (SyntaxError, ValueError) as error:
        return [f"it does not compile: {error}"]
    return [problem for node in nodes for problem in _node_problems(node)]


def _node_problems(node: ast.AST) -> list[str]:
    match node:
        case ast.Module():
            return []
        case ast.Call(func=function):
            called = ast.unparse(function)
            return [] if called in _CALLED or _OWN.fullmatch(called) else [f"it calls {called:.80}"]
        case ast.Name(id=name):
            return [] if name in _NAMED | _CALLED or _OWN.fullmatch(name) else [f"it names {name:.80}"]
        case ast.Attribute():
            return [] if ast.unparse(node) in _CALLED else [f"it names {ast.unparse(node):.80}"]
        case ast.FunctionDef(name=name, decorator_list=decorators):
            return [] if not decorators and (name == "main" or _OWN.fullmatch(name)) else [f"it defines {name:.80}"]
        case ast.Lambda() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr() | ast.JoinedStr():
            return [f"it holds {type(node).__name__}"]
        case _:
            return [] if isinstance(node, _STATEMENTS) else [f"it holds {type(node).__name__}"]


def guide_problems(text: str) -> list[str]:
    """What is wrong with an exported guide: something in it is markup that the guide itself does not write."""
    bare = _IMAGE.sub("", re.sub(r"\\.", "", text))
    found = sorted(set("<>`[]*|~_@&$") & set(bare))
    headings = [line for line in bare.splitlines()[1:] if line.lstrip().startswith("#")]
    return [f"it holds a bare {sign}" for sign in found] + [f"it has a heading {each[:80]!r}" for each in headings]
