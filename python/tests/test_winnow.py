"""python3 -m unittest discover -s python/tests"""

import io
import json
import math
import os
import pathlib
import sys
import tempfile
import unittest
from contextlib import redirect_stdout
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import winnow  # noqa: E402


class Tests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def within_winnow(self):
        (self.root / "parameters.json").write_text('{"lr": 0.01, "width": 64, "nesterov": true, "act": "relu"}')
        return mock.patch.dict(os.environ, {
            "WINNOW_PARAMETERS": str(self.root / "parameters.json"), "WINNOW_METRICS": str(self.root / "metrics"),
            "WINNOW_CHECKPOINT": str(self.root / "checkpoint"), "WINNOW_SEED": "9007199254740991"})

    def alone(self):
        return mock.patch.dict(os.environ, {}, clear=True)

    def test_parameters_keep_their_types(self):
        with self.within_winnow():
            found = winnow.parameters({"lr": 1.0, "momentum": 0.9})
        self.assertEqual(found, {"lr": 0.01, "width": 64, "nesterov": True, "act": "relu", "momentum": 0.9})
        self.assertIs(type(found["width"]), int)
        self.assertIs(found["nesterov"], True)

    def test_alone_it_gives_the_defaults(self):
        with self.alone():
            self.assertEqual(winnow.parameters({"lr": 1.0}), {"lr": 1.0})
            self.assertEqual(winnow.seed(7), 7)
            self.assertFalse(winnow.should_stop())

    def test_a_report_is_a_line(self):
        class Tensor:
            def __float__(self):
                return 0.25

        with self.within_winnow():
            winnow.report(1, val_loss=0.5)
            winnow.report(2, val_loss=Tensor(), checkpoint=True)
            winnow.report(loss=float("nan"))
        lines = [json.loads(line) for line in (self.root / "metrics").read_text().splitlines()]
        self.assertEqual(lines[:2], [{"epoch": 1, "val_loss": 0.5}, {"epoch": 2, "val_loss": 0.25, "checkpoint": True}])
        self.assertTrue(math.isnan(lines[2]["loss"]))

    def test_alone_a_report_is_printed(self):
        out = io.StringIO()
        with self.alone(), redirect_stdout(out):
            winnow.report(3, acc=0.9)
        self.assertEqual(out.getvalue(), 'winnow {"epoch": 3, "acc": 0.9}\n')

    def test_what_is_no_number_is_refused(self):
        with self.alone(), self.assertRaisesRegex(TypeError, "acc must be a number, but is 'good'"):
            winnow.report(1, acc="good")

    def test_it_hears_why_it_is_to_stop(self):
        with self.within_winnow():
            self.assertFalse(winnow.should_stop())
            (winnow.checkpoint_folder() / ".stop").write_text("preempt\n")
            self.assertTrue(winnow.should_stop())
            self.assertEqual(winnow.stop_reason(), "preempt")
            self.assertEqual(winnow.seed(), 2**53 - 1)


if __name__ == "__main__":
    unittest.main()
