"""A file with an error is left out and named."""
import json
import os
import tempfile
import unittest
from pathlib import Path

from report import documents
from report.common import DIFFER, USAGE, Failure
from tests.report import made


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_ = made.run(Path(folder.name) / "monday")

    def put(self, name, content):
        (self.run_ / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())

    def left_out(self, *others):
        found, problems = documents.join([self.run_, *others], ["native", "docker"])
        return found, {problem["file"].split("/")[1]: problem["why"] for problem in problems}

    def test_order_labels_and_sequence(self):
        found, problems = self.left_out()
        self.assertEqual(problems, {})
        self.assertEqual([d["label"] for d in found], ["native"] * 6 + ["docker"] * 6)
        self.assertEqual(sorted(d["sequence"] for d in found), list(range(1, 13)))

    def test_several_runs_are_named_in_labels(self):
        other = made.run(self.run_.parent / "friday")
        found, _ = self.left_out(other)
        self.assertEqual(list(dict.fromkeys(d["label"] for d in found)), ["native@monday", "native@friday", "docker@monday", "docker@friday"])

    def test_each_bad_file_is_named_and_left_out(self):
        good = made.document("native", 9)
        half = json.dumps(good).encode()[:200]
        deep = b"[" * 100000
        cases = {
            "half-1.json": (half, "not whole JSON"), "empty-1.json": (b"", "empty"), "blank-1.json": (b" \n", "empty"),
            "deep-1.json": (deep, "not whole JSON"), "latin-1.json": (b'{"a": "\xff"}', "not UTF-8"),
            "foreign-1.json": ({"schema": "other"}, "not a samebits-result-1"), "list-1.json": ([1], "not a samebits-result-1"),
            "lost-1.json": (good | {"status": "incomplete", "error": "panic"}, "not complete: panic"),
            "suite-1.json": (good | {"suite": "full"}, "of the suite full"),
            "twice-1.json": (made.document("native", 1), "the same start as native-1.json"),
            "text-1.json": (made.document("native", 10, [made.experiment(cpu={"user_s": "much"})]), 'cpu.user_s is not a number: "much"'),
            "nan-1.json": (b'{"a": NaN}', "NaN"), "field-1.json": ({"schema": "samebits-result-1"}, "it has no environment"),
            "huge-1.json": (made.document("native", 11, [made.experiment(rate=10 ** 200)]), "too large"),
            "zero-1.json": (good | {"environment": "a\0b"}, "zero character"), "half-2.json": (good | {"environment": "\ud800"}, "not Unicode"),
            "load-1.json": (made.document("native", 12, host={"load": ["x"]}), "host.load.0 is not a number"),
            "most-1.json": (made.document("native", 16, host={"max_iterations": 0}), "max_iterations is not a number of starts"),
            "time-1.json": (made.document("native", 13, host={"start_utc": "now"}), "not a time"),
            "bucket-1.json": (made.document("native", 14, [made.experiment(latency_histogram={"sub_bucket_bits": 7, "buckets": [[1, -1]]})]),
                              "not a bucket"),
            "name-1.json": (made.document("native", 15, [{"command": "cpu"}]), "no name"),
        }
        for name, (content, _) in cases.items():
            self.put(name, content)
        os.mkfifo(self.run_ / "pipe-1.json")
        os.symlink("nowhere", self.run_ / "link-1.json")
        found, problems = self.left_out()
        self.assertEqual(len(found), 12)
        for name, (_, why) in cases.items():
            self.assertIn(why, problems.pop(name), name)
        self.assertEqual(problems.pop("pipe-1.json"), "not a plain file")
        self.assertIn("cannot be read", problems.pop("link-1.json"))
        self.assertEqual(problems, {})

    def test_nothing_left_is_a_failure(self):
        for path in self.run_.iterdir():
            path.write_text("{")
        with self.assertRaises(Failure) as caught:
            self.left_out()
        self.assertEqual(caught.exception.status, USAGE)
        self.assertIn("docker-1.json", caught.exception.message)

    def test_other_bits_are_not_comparable(self):
        self.put("docker-2.json", made.document("docker", 2, identity={"bench": "sha256:other"}))
        with self.assertRaises(Failure) as caught:
            self.left_out()
        self.assertEqual(caught.exception.status, DIFFER)
        self.assertIn("sha256:other in docker-2", caught.exception.message)


if __name__ == "__main__":
    unittest.main()
