"""Runs over time: the index can be made again, changes are found, and what a few runs show."""
import json
import os
import random
import sqlite3
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

from tests.report import made
from tests.report.test_hostile import NASTY, TOP
from tests.report.test_page import Nested


class History(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name)
        self.results = self.out / "results"
        self.results.mkdir()
        (self.out / "bin").symlink_to(made.OUT / "bin")

    def measure(self, count, level=lambda run: 1.0, environments=("native",), starts=3, first=0, prefix="r", **more):
        """Runs with this many starts, a day apart; `level` multiplies a run's rate."""
        noise = random.Random(3)
        for run in range(first, count):
            for e in environments:
                for i in range(1, starts + 1):
                    stamp = f"2026-{run // 28 + 1:02d}-{run % 28 + 1:02d}T0{i}:00:00Z"
                    rate = noise.gauss(100, 1) * level(run)
                    one = more | {"host": {"start_utc": stamp, "end_utc": stamp} | more.get("host", {})}
                    made.write(self.results / f"{prefix}{run:02d}", made.document(e, i, [made.experiment("primes", rate)], **one))

    def call(self):
        return subprocess.run(["/usr/bin/python3", "-B", "-m", "report", "history"], cwd=TOP, capture_output=True, text=True, timeout=120,
                              env={name: value for name, value in os.environ.items() if name not in ("ENVS", "MARGIN")} | {"OUT": str(self.out)})

    def history(self):
        done = self.call()
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def rows(self, query):
        database = sqlite3.connect(self.results / "history.db")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def test_what_changed_when_and_by_how_much_comes_first(self):
        self.measure(14, lambda run: 1.0 if run < 8 else 0.8, host={"kernel": "6.1"})
        for path in self.results.glob("r0[89]/*.json"):
            path.write_text(path.read_text().replace('"kernel": "6.1", "command"', '"kernel": "6.18", "command"'))
        first = self.history().splitlines()
        self.assertRegex(" ".join(" ".join(first[:2]).split()), r"^native primes: 2[0-9] % slower \[[0-9.]+, [0-9.]+\] since 2026-01-09, run r08 \(host kernel 6\.1 -> 6\.18\)$")
        self.assertEqual(self.rows("SELECT environment, experiment, run FROM change"), [("native", "primes", "r08")])
        self.assertIn("of 1 series 1 changed, 0 did not show a change", " ".join(" ".join(first).split()))
        page = (self.results / "history.html").read_text()
        parsed = Nested(page)
        self.assertIn("history-1-primes", parsed.ids)
        self.assertIn("slower", "".join(parsed.text))
        self.assertGreater(page.count("<figure"), 0)

    def test_a_time_that_falls_is_faster(self):
        for run in range(12):
            for i in range(1, 4):
                stamp = f"2026-01-{run + 1:02d}T0{i}:00:00Z"
                value = (50.0 if run < 6 else 40.0) + run % 3 + i / 10
                made.write(self.results / f"r{run:02d}", made.document("native", i, [made.experiment("call", metrics=[{"name": "call", "unit": "ns", "better": "less", "value": value}])],
                                                                       host={"start_utc": stamp, "end_utc": stamp}))
        self.assertRegex(self.history(), r"^native call: 2[0-9] % faster ")

    def test_where_nothing_changed_nothing_is_said_to(self):
        self.measure(14)
        self.assertTrue(self.history().startswith("no change was found in 14 runs\n"))

    def test_few_runs_and_few_starts_are_not_enough(self):
        self.measure(7, lambda run: 1.0 if run < 4 else 0.1)
        text = self.history()
        self.assertTrue(text.startswith("not enough runs to find a change: 7 runs\n"), text)
        self.assertIn("8 with 3 starts or more are needed for 1 series", " ".join(text.split()))
        self.measure(20, lambda run: 1.0 if run < 10 else 0.1, starts=2, prefix="few")
        text = self.history()
        self.assertTrue(text.startswith("not enough runs to find a change: 27 runs\n"), text)
        self.assertEqual(self.rows("SELECT * FROM change"), [])

    def test_made_again_it_is_the_same(self):
        self.measure(10, lambda run: 1.0 if run < 5 else 1.3, ("native", "docker"))
        self.history()
        # One run is added, one removed, one measured again, and one loses a document.
        self.measure(12, lambda run: 1.3, ("native", "docker"), first=10)
        for path in (self.results / "r02").iterdir():
            path.unlink()
        self.measure(4, lambda run: 2.0, ("native", "docker"), first=3)
        (self.results / "r07/docker-1.json").unlink()
        text, tables = self.history(), ("SELECT run, environment, iteration, metric, value FROM value ORDER BY 1, 2, 3, 4", "SELECT * FROM change", "SELECT name, suite FROM run ORDER BY 1")
        kept, page = [self.rows(query) for query in tables], (self.results / "history.html").read_text()
        self.assertEqual(len(kept[2]), 11)
        for spoil in (Path.unlink, lambda path: path.write_bytes(b"no index" * 1000), self.old_version):
            spoil(self.results / "history.db")
            self.assertEqual((self.history(), [self.rows(query) for query in tables], (self.results / "history.html").read_text()), (text, kept, page))

    @staticmethod
    def old_version(path):
        database = sqlite3.connect(path)
        database.executescript("DROP TABLE value; PRAGMA user_version = 99")
        database.close()

    def test_other_suites_and_processors_are_histories_of_their_own(self):
        self.measure(8)
        self.measure(16, lambda run: 0.5, first=8, host={"cpu_model": "Other"})
        self.measure(4, lambda run: 0.2, prefix="s", suite="full")
        text = " ".join(self.history().split())
        self.assertTrue(text.startswith("no change was found in 20 runs "), text)
        for words in ("suite quick · CPU, 1 processor, 512M: 8 runs; of 1 series", "suite quick · Other, 1 processor, 512M: 8 runs; of 1 series",
                      "suite full · CPU, 1 processor, 512M: 4 runs: not enough runs"):
            self.assertIn(words, text)

    def test_hostile_documents_cost_themselves_and_are_only_text(self):
        for run in range(10):
            for i in range(1, 4):
                stamp = f"2026-01-{run + 1:02d}T0{i}:00:00Z"
                made.write(self.results / f"r{run}", made.document("native", i, [made.experiment(text, 100.0 + (run > 4) * 50 + i, metrics=[
                    {"name": text, "unit": text, "value": (100.0 + (run > 4) * 50 + i + run / 9) * (place % 3 - 1), "better": "more"}]) for place, text in enumerate(NASTY)],
                    host={"start_utc": stamp, "end_utc": stamp, "cpu_model": NASTY[3] if run else NASTY[4], "kernel": NASTY[run], "machine_id": {"hostname": NASTY[run]}}))
        (self.results / "r1/native-2.json").write_text("{")
        (self.results / "broken").mkdir()
        (self.results / "broken/native-1.json").write_text('{"schema": "\\u001b[2J"}')
        os.mkfifo(self.results / "broken/pipe-1.json")
        made.run(self.results / "huge", iterations=1)
        stamp = {"start_utc": "2026-01-01T00:00:00Z", "end_utc": "2026-01-01T00:00:00Z"}
        (self.results / "huge/native-1.json").write_text(json.dumps(made.document("native", 10 ** 40, host=stamp)))
        made.write(self.results / "timeless", made.document("native", 1, host={"start_utc": None}))
        (self.results / "latest").symlink_to("r1")
        (self.results / "gone").symlink_to("nowhere")
        (self.results / "empty").mkdir()
        (self.results / "a b<script>").mkdir()
        text, page = self.history(), (self.results / "history.html").read_text()
        for shown, allowed in ((text, "\n"), (page, "\n\t")):
            self.assertEqual({c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set(allowed), set())
        Nested(page)
        self.assertNotIn("<script", page.lower())
        self.assertIn("left out: broken: ", text)
        self.assertIn("left out: timeless: no document has its time", text)
        self.assertEqual([line for line in text.splitlines() if len(line) > 80 and "\N{VARIATION SELECTOR-16}" not in line], [])
        self.assertEqual(text, self.history())
        self.assertEqual([name for name, in self.rows("SELECT name FROM run WHERE why IS NULL ORDER BY name")], ["huge", *(f"r{run}" for run in range(10))])

    def test_what_cannot_be_kept_is_said_in_one_line(self):
        self.measure(1)
        (self.results / "history.db").mkdir()
        done = self.call()
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (3, "", 1), done.stderr)
        self.assertRegex(done.stderr, r"^samebits: cannot write the index .*history\.db: .*\(status 3\)$")
        (self.results / "history.db").rmdir()
        self.out = self.out / "nosuch"
        done = self.call()
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("no results in", done.stderr)


if __name__ == "__main__":
    unittest.main()
