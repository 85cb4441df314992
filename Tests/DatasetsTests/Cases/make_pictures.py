"""Makes pictures/ and pictures.json: WebP, BMP and turned PNGs, and their pixels as Pillow reads them; and
augmentations.json: what torchvision's functions make of small images.

    python3 Tests/DatasetsTests/Cases/make_pictures.py          # needs Pillow, torch and torchvision
"""
import json
import math
import pathlib

import numpy as np
import torch
import torchvision
import torchvision.transforms.functional as F
from PIL import Image, ImageOps
from torchvision.transforms import RandAugment, TrivialAugmentWide
from torchvision.transforms.autoaugment import _apply_op

folder = pathlib.Path(__file__).resolve().parent
pictures = folder / "pictures"
pictures.mkdir(exist_ok=True)
random = np.random.default_rng(1)


def planar(image):
    array = np.asarray(image)
    return (array[None] if array.ndim == 2 else array.transpose(2, 0, 1)).ravel().tolist()


expected = {}


def save(name, image, read=None, **options):
    image.save(pictures / name, **options)
    with Image.open(pictures / name) as stored:
        seen = (read or (lambda x: x))(stored)
        seen = seen if seen.mode in ("L", "RGB") else seen.convert("RGB")
        expected[name] = {"size": [seen.height, seen.width], "pixels": planar(seen)}


colours = Image.fromarray(random.integers(0, 256, (5, 7, 3), dtype=np.uint8))
grey = Image.fromarray(random.integers(0, 256, (6, 3), dtype=np.uint8))
save("lossless.webp", colours, lossless=True)
save("lossy.webp", colours.resize((32, 24)), quality=60)
save("transparent.webp", colours.convert("RGBA"), lossless=True)
save("24.bmp", colours)
save("32.bmp", colours.convert("RGBA"))
save("grey.bmp", grey)
save("palette.bmp", colours.quantize(16))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(f"exif{orientation}.png", colours, ImageOps.exif_transpose, exif=exif)
(folder / "pictures.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")

cases = []


def case(image, name, numbers, result):
    cases.append({
        "channels": image.shape[0], "height": image.shape[1], "width": image.shape[2],
        "pixels": image.numpy().ravel().tolist(), "name": name, "numbers": numbers,
        "expected": result.numpy().ravel().tolist()})


def images():
    for channels, height, width in [(3, 8, 8), (1, 9, 7), (3, 6, 12)]:
        yield torch.from_numpy(random.integers(0, 256, (channels, height, width), dtype=np.uint8))
    yield torch.from_numpy((random.integers(0, 256, (3, 28, 28)) // 16 + 100).astype(np.uint8))


for image in images():
    for degrees in (0, 33.5, -90, 135):
        case(image, "rotate", [degrees], F.rotate(image, degrees))
    for degrees, translate, scale, shear in [(10, (1, -2), 1.1, 0), (0, (0, 0), 0.83, 20), (-25, (2, 1), 1.3, -7)]:
        case(image, "affine", [degrees, *translate, scale, shear],
             F.affine(image, degrees, list(translate), scale, [shear, 0]))
    for factor in (0.01, 0.6, 1, 1.9):
        case(image, "brightness", [factor], F.adjust_brightness(image, factor))
        case(image, "contrast", [factor], F.adjust_contrast(image, factor))
        case(image, "saturation", [factor], F.adjust_saturation(image, factor))
        case(image, "sharpness", [factor], F.adjust_sharpness(image, factor))
    for shift in (-0.5, -0.1, 0.25):
        case(image, "hue", [shift], F.adjust_hue(image, shift))
    for bits in (2, 4, 8):
        case(image, "posterize", [bits], F.posterize(image, bits))
    for threshold in (0, 100.5, 255):
        case(image, "solarize", [threshold], F.solarize(image, threshold))
    case(image, "autocontrast", [], F.autocontrast(image))
    case(image, "equalize", [], F.equalize(image))

names = ["Identity", "ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate", "Brightness", "Color", "Contrast",
         "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize"]
image = torch.from_numpy(random.integers(0, 256, (3, 20, 18), dtype=np.uint8))
nearest = torchvision.transforms.InterpolationMode.NEAREST
spaces = {"trivial": TrivialAugmentWide()._augmentation_space(31),
          "rand": RandAugment()._augmentation_space(31, (20, 18))}
policies = []
for kind, space in spaces.items():
    for index, name in enumerate(names):
        for strength, negative in [(9, True), (30, False)]:
            magnitudes, signed = space[name]
            magnitude = float(magnitudes[strength].item()) if magnitudes.ndim > 0 else 0.0
            if signed and negative:
                magnitude *= -1
            result = _apply_op(image, name, magnitude, interpolation=nearest, fill=None)
            policies.append({"kind": kind, "operation": index, "strength": strength, "negative": negative,
                             "expected": result.numpy().ravel().tolist()})
document = {"torchvision": torchvision.__version__, "cases": cases, "height": 20, "width": 18,
            "pixels": image.numpy().ravel().tolist(), "policies": policies}
(folder / "augmentations.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(len(cases), len(policies), (folder / "augmentations.json").stat().st_size)
