"""Writes pictures in four inks into cmyk/, and what Pillow makes of them as cmyk.json: python3 make_cases.py."""

import json
import pathlib

from PIL import Image

here = pathlib.Path(__file__).parent
for name, shift in (("a", 0), ("b", 90)):
    inks = bytes(
        (x * 20 + shift, y * 17, (x + y) * 9, (x * y + shift) % 200)[ink] % 256
        for y in range(12) for x in range(12) for ink in range(4)
    )
    (here / "cmyk" / name).mkdir(parents=True, exist_ok=True)
    Image.frombytes("CMYK", (12, 12), inks).save(here / "cmyk" / name / "inks.jpg", quality=95)

pictures = {}
for path in sorted(here.glob("cmyk/*/*.jpg")):
    with Image.open(path) as image:
        assert image.mode == "CMYK", image.mode
        red, green, blue = (list(channel.tobytes()) for channel in image.convert("RGB").split())
        pictures[str(path.relative_to(here))] = {"size": [image.height, image.width], "pixels": red + green + blue}
(here / "cmyk.json").write_text(json.dumps(pictures) + "\n")
