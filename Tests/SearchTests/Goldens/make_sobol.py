"""Writes sobol.json: digests of scipy.stats.qmc.Sobol's unscrambled points.

A dimension's digest is FNV-1a (64 bits, hexadecimal) of its first 1,000 coordinates, which are whole numbers of 1/1024.
Made with SciPy 1.17:

    python3 Tests/SearchTests/Goldens/make_sobol.py
"""

import json
import pathlib
import warnings

from scipy.stats import qmc

POINTS, DIMENSIONS = 1000, 128


def fnv(numbers):
    digest = 0xCBF29CE484222325
    for number in numbers:
        digest = (digest ^ int(number)) * 0x100000001B3 % 2**64
    return f"{digest:x}"


with warnings.catch_warnings():
    # It is no power of two, of which SciPy warns.
    warnings.simplefilter("ignore", UserWarning)
    points = qmc.Sobol(DIMENSIONS, scramble=False).random(POINTS)
columns = points.T * 1024
assert (columns == columns.astype(int)).all()
digests = [fnv(column) for column in columns]
path = pathlib.Path(__file__).with_name("sobol.json")
path.write_text(json.dumps({"points": POINTS, "digests": digests}, indent=0) + "\n")
print(f"{path.name}: {len(set(digests))} dimensions")
