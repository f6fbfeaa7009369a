"""Tasks with shapes, letters and digits in many colours."""

from collections.abc import Sequence

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move, click
from desktop_agent.evaluation.oracle.page import Box, Lost, Page
from desktop_agent.evaluation.oracle.registry import solves
from desktop_agent.evaluation.oracle.solvers.words import found

SHAPES = {"rect": "rectangle", "circle": "circle", "polygon": "triangle"}
SIZES = ("small", "large")


def fits(shape: Box, words: str) -> bool:
    """Whether words such as "small red triangle", "digit" or "blue item" describe it."""
    *adjectives, noun = words.split(" ")
    properties = (_size(shape), shape.attributes["fill"])
    return all(each in properties for each in adjectives) and noun in ("item", *_names(shape))


def _names(shape: Box) -> tuple[str, str]:
    if shape.tag in SHAPES:
        return SHAPES[shape.tag], "shape"
    return shape.text, "digit" if shape.text.isdecimal() else "letter"


def _size(shape: Box) -> str:
    """The pages draw everything in one of two sizes, 10 and 20 of their pixels."""
    given = shape.attributes
    match shape.tag:
        case "rect":
            size = float(given["width"])
        case "circle":
            size = 2 * float(given["r"])
        case "polygon":
            x = [float(point.split(",")[0]) for point in given["points"].split(" ")]
            size = max(x) - min(x)
        case _:
            size = float(given["font-size"].removesuffix("px"))
    return SIZES[size > 15]


@solves("click-shape")
def click_shape(page: Page, _: Sequence[Deed]) -> Move:
    """Any one that fits."""
    words = found(r"Click on an? (.*)", page.utterance)
    for shape in page.boxes("#area_svg > *"):
        if fits(shape, words) and shape.point is not None:
            return click(shape)
    raise Lost(f"no {words} can be reached")


@solves("count-shape")
def count_shape(page: Page, _: Sequence[Deed]) -> Move:
    """The number of those that fit."""
    words = found(r"How many (.*)s are there", page.utterance)
    count = sum(fits(shape, words) for shape in page.boxes("#area_svg > *"))
    return click(page.box("#count-buttons button", str(count)))


@solves("identify-shape")
def identify_shape(page: Page, _: Sequence[Deed]) -> Move:
    """What the only one is."""
    name, kind = _names(page.box("#area_svg > *"))
    return click(page.box(f'#area-buttons [data-type="{name if kind == "shape" else kind}"]'))
