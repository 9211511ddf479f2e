"""The same hostile documents in every format: their content is written as text, and only as text."""
import csv
import html.parser
import io
import json
import os
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

from tests.report import made

TOP = Path(__file__).parents[2]
NASTY = ("\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a|b", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "`id`$(id)\\", "two\nlines\r",
         "\u202etfel\u2066", "x" * 10000, "'\"&amp;{{ 7 * 7 }}{% raw %}", "[x](javascript:x)![y](//z)", "%s %d \t ~", "@cell", "-1+1", "+1", "</svg></style>")
VOID = {"meta", "br", "input", "hr", "img", "link"}


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))


def report(directory: Path, **settings):
    environment = {name: value for name, value in os.environ.items() if name not in ("GATE", "BASELINE", "ENVS", "MARGIN", "PAIRED", "GATE_STRICT")}
    return subprocess.run([TOP / "scripts/report", f"{directory}/"], env=environment | settings, capture_output=True, timeout=120)


class Forms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_ = Path(folder.name) / "run"

    def made(self, **settings):
        done = report(self.run_, **settings)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        files = {path.suffix: path.read_text() for path in self.run_.glob("report.*")}
        self.assertEqual(set(files), {".json", ".csv", ".md", ".html"})
        return done.stdout.decode(), files

    def audit(self):
        done = subprocess.run(["/usr/bin/python3", "-B", "-m", "report", "audit", f"{self.run_}/"], cwd=TOP, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def hostile(self):
        for environment in ("native", "docker"):
            for i in range(1, 7):
                experiments = [made.experiment(name=f"{text} {place}", rate=100 + i, warnings=[text], command=f"cpu {text}")
                               for place, text in enumerate(NASTY)]
                experiments.append(made.experiment(name="probe", metrics=[{"name": NASTY[3], "unit": NASTY[4], "value": i, "better": "more"}]))
                experiments.append({"name": NASTY[2], "command": NASTY[3], "exit": 0, "unavailable": NASTY[0] + NASTY[3]})
                experiments.append({"name": "bad", "command": "cpu", "exit": 1, "error": NASTY[0] + NASTY[3]})
                one = made.document(environment, i, experiments, platform={"kernel": NASTY[3], "cpu": {"model": NASTY[4], "count": 1}},
                                    host={"kernel": NASTY[0], "command": list(NASTY), "versions": {NASTY[3]: NASTY[3], "qemu": NASTY[3]},
                                          "cpu_model": NASTY[4], "governor": NASTY[7], "machine_id": {"hostname": "=evil"}})
                made.write(self.run_, one)
        strange = [made.document(text[:200], 1) for text in NASTY]
        for place, one in enumerate(strange):
            (self.run_ / f"strange{place}-1.json").write_text(json.dumps(one))
        (self.run_ / "<b>\x1b[1m-1.json").write_text("{")
        return self.made()

    def test_hostile_strings(self):
        terminal, files = self.hostile()
        for name, text in (("terminal", terminal), ("audit", self.audit()), (".md", files[".md"]), (".html", files[".html"])):
            allowed = "\n\t" if name == ".html" else "\n"
            found = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set(allowed)
            self.assertEqual(found, set(), name)
        parser = Tags()
        parser.feed(files[".html"])
        self.assertEqual(parser.open, [])
        self.assertEqual({"script", "iframe", "b\x1b"} & {tag for tag, _ in parser.seen}, set())
        self.assertNotIn("<script", files[".html"].lower())
        self.assertNotIn("</script", files[".html"].lower())
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", files[".html"])
        for _, attributes in parser.seen:
            self.assertFalse([name for name in attributes if name.startswith("on")])
            self.assertFalse((attributes.get("href") or "#").startswith("javascript:"))
        self.assertNotIn("<script", files[".md"].lower())
        self.assertIn("&lt;script&gt;", files[".md"])
        rows = list(csv.reader(io.StringIO(files[".csv"], newline="")))
        self.assertEqual({len(row) for row in rows}, {11})
        for row in rows:
            for cell in row:
                self.assertFalse(cell.startswith(("=", "+", "@", "\t", "\r")) or cell.startswith("-") and not cell[1:2].isdigit(), cell)
        self.assertTrue(any(row[1] == "'=evil" for row in rows))
        self.assertTrue(any(experiment["name"] == f"{NASTY[0]} 0" for experiment in json.loads(files[".json"])["experiments"]))

    def test_a_median_of_0_does_not_cost_the_report(self):
        for environment in ("native", "docker"):
            for i in range(1, 7):
                made.write(self.run_, made.document(environment, i, [made.experiment("none", 0.0, cpu={"user_s": 0, "system_s": 0}),
                                                                     made.experiment("some", 100.0 + i)]))
        _, files = self.made()
        self.assertEqual({group["median"] for group in json.loads(files[".json"])["groups"]
                          if group["experiment"] == "none" and group["metric"] == "events/s"}, {0})

    def test_the_schema(self):
        import jsonschema
        made.run(self.run_, ("native", "docker", "qemu"))
        (self.run_ / "half-1.json").write_text("{")
        _, files = self.made(PAIRED="1", MARGIN="0.05")
        found = json.loads(files[".json"])
        jsonschema.validate(found, json.loads((TOP / "report/report.schema.json").read_text()))
        self.assertEqual(found["settings"], {"alpha": 0.05, "margin": 0.05, "paired": True, "looks": 1})
        self.assertEqual(found["problems"], [{"file": "run/half-1.json", "why": "not whole JSON; half written, perhaps"}])

    def test_settings_are_checked(self):
        made.run(self.run_)
        for settings in ({"MARGIN": "lots"}, {"MARGIN": "0"}, {"MARGIN": "100%"}, {"PAIRED": "yes"}, {"GATE_STRICT": "2", "GATE": "docs/ci/thresholds"}):
            done = report(self.run_, **settings)
            self.assertEqual(done.returncode, 2, settings)
            self.assertEqual(len(done.stderr.splitlines()), 1 if "GATE" not in settings else len(done.stderr.splitlines()))

    def test_waiting_for_a_processor_is_said(self):
        made.run(self.run_, experiments=[made.experiment(host_cpu={"used_s": 0.5, "waited_s": 0.25})])
        _, files = self.made()
        found = json.loads(files[".json"])
        self.assertAlmostEqual(found["waiting"][0]["share"], 1 / 3)
        self.assertEqual([fault["where"] for fault in found["audit"]["faults"] if fault["name"] == "waited for a processor"], [["native"], ["docker"]])

    def test_threads_that_wait_for_each_other_do_not_count(self):
        made.run(self.run_, experiments=[made.experiment(host_cpu={"used_s": 1.005, "waited_s": 15})])
        _, files = self.made()
        found = json.loads(files[".json"])
        self.assertAlmostEqual(found["waiting"][0]["share"], 0.005 / 1.01)
        self.assertEqual([fault for fault in found["audit"]["faults"] if fault["name"] == "waited for a processor"], [])


if __name__ == "__main__":
    unittest.main()
