"""Thresholds on intervals."""
import tempfile
import unittest
import xml.etree.ElementTree as tree
from pathlib import Path

from report import gate
from report.common import MISSED, MISSING, USAGE, Failure

ROW = {"experiment": "x y", "metric": "events/s", "family": "primary"}
REPORT = {"runs": ["r"], "experiments": [{"name": "x y"}, {"name": "gone"}], "environments": ["native", "docker:label=a/b"],
          "groups": [ROW | {"environment": "native", "median": 100, "ci": [90, 110]},
                     ROW | {"environment": "docker:label=a/b", "median": 80, "min": 70, "max": 85}],
          "comparisons": [ROW | {"a": "docker:label=a/b", "b": "native", "ratio": 0.8, "interval": [0.7, 0.9]}],
          "unavailable": [{"environment": "native", "experiment": "gone", "why": "no room"}]}


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "gate"

    def hold(self, *lines, strict=False):
        self.path.write_text("\n".join(lines))
        return gate.hold(str(self.path), REPORT, strict)

    def outcome(self, line):
        self.path.write_text(line)
        threshold, = gate.thresholds(str(self.path))
        return gate.Measured(REPORT).judge(threshold)[0]

    def test_the_whole_interval_decides(self):
        ratio, back = "x y.docker:label=a/b/native", "x y.native/docker:label=a/b"
        for line, outcome in ((f"{ratio} >= 0.7", "met"), (f"{ratio} >= 0.71", "undecided"), (f"{ratio} >= 0.91", "missed"),
                              (f"{ratio} <= 0.9", "met"), (f"{ratio} <= 0.69", "missed"), (f"{back} >= 1.1", "met"), (f"{back} <= 1.2", "undecided"),
                              ("x y.native >= 90", "met"), ("x y events/s.native <= 109", "undecided"), ("x y.docker:label=a/b <= 85", "met"),
                              ("gone.native >= 1", "missed")):
            self.assertEqual(self.outcome(line), outcome, line)

    def test_only_missed_fails_unless_strict(self):
        self.assertIsNone(self.hold("x y.native >= 100")[2])
        self.assertEqual(self.hold("x y.native >= 100", strict=True)[2].status, MISSED)
        self.assertEqual(self.hold("x y.native >= 1e3")[2].status, MISSED)
        self.assertEqual(self.hold("x y.native >= 1", strict=True)[0], [f"all thresholds of {self.path} are met"])

    def test_junit(self):
        suite = tree.fromstring(self.hold("x y.native >= 100", "x y.native >= 1e3", "x y.native >= 1")[1])
        self.assertEqual(suite.attrib, {"name": "samebits", "tests": "3", "failures": "1", "skipped": "1"})
        self.assertEqual([[child.tag for child in case] for case in suite], [["skipped"], ["failure"], []])

    def test_what_is_not_measured_is_refused(self):
        for line, words in (("x y.qemu >= 1", "x y.qemu is not measured; valid names: x y.native"), ("z.native >= 1", "valid experiments: x y, gone"),
                            ("x y latncy.native >= 1", "valid metrics of x y: events/s"), ("x y.native > 1", "not WHAT >= NUMBER"), ("# none", "no thresholds")):
            with self.assertRaises(Failure) as caught:
                self.hold(line)
            self.assertEqual(caught.exception.status, USAGE)
            self.assertIn(words, caught.exception.message)
        with self.assertRaises(Failure) as caught:
            gate.thresholds("/nosuch")
        self.assertEqual(caught.exception.status, MISSING)


if __name__ == "__main__":
    unittest.main()
