"""What the benches of the model measure with: a random pair of GLM-4.6V's architecture, and screenshots to show it."""

import random
from pathlib import Path

from PIL import Image as pillow
from PIL import ImageDraw

from desktop_agent.core.chat import Message, Options, Picture, Text
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.model.config import ModelConfig
from tests.model.tiny import Shape, write_random_pair

SHAPE = Shape(
    width=1024,
    layers=16,
    inner=3072,
    key_heads=2,
    vit_width=512,
    vit_layers=8,
    vit_heads=4,
    vit_inner=1024,
    merger=3072,
    quantized=True,
)
SAYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Each letter is a token, and no merge joins two: what was said has the same tokens when it is read again."""
WIDTH, HEIGHT = 1092, 616
THREADS, CONTEXT, BATCH, NEW_TOKENS = 2, 16384, 512, 24
GREEDY = Options(greedy=True, max_tokens=NEW_TOKENS)
_RULE = "Rule {}: say what stands on the screen, and nothing that does not stand there.\n"
SYSTEM = Message("system", (Text("".join(_RULE.format(number) for number in range(18))),))
"""About 1,400 tokens, most of them letters: the vocabulary has few words."""

Pair = tuple[Path, Path]


def write_pair(folder: Path) -> Pair:
    """Write the pair, 340 MB, which takes ten seconds."""
    return write_random_pair(folder, shape=SHAPE, says=SAYS)


def config(pair: Pair, cache: Path | None) -> ModelConfig:
    """How our engine runs it. How many tokens are computed at once is its own choice; the others compute a batch."""
    return ModelConfig(
        *pair,
        context_tokens=CONTEXT,
        kv_type="f16",
        threads=THREADS,
        batch_tokens=BATCH,
        cache=cache,
    )


def screenshot(number: int) -> Picture:
    """A screenshot of windows with lines of text, another one for each number."""
    chance = random.Random(number)
    page = pillow.new("RGB", (WIDTH, HEIGHT), _colour(chance))
    draw = ImageDraw.Draw(page)
    for _ in range(6):
        left, top = chance.randrange(WIDTH - 300), chance.randrange(HEIGHT - 200)
        draw.rectangle(
            (left, top, left + chance.randrange(150, 600), top + chance.randrange(100, 400)), _colour(chance)
        )
        for line in range(8):
            text = "".join(chance.choice("abcdefgh ijklmn opqrst") for _ in range(40))
            draw.text((left + 10, top + 10 + 14 * line), text, _colour(chance))
    return Picture(f"img{number}", Image.from_pillow(page), View(Rect(0, 0, WIDTH, HEIGHT), WIDTH, HEIGHT))


def shown(number: int) -> Message:
    """The person's turn with a screenshot, which stands before the text."""
    return Message("user", (screenshot(number), Text(f"This is step {number}. What now?")))


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)
