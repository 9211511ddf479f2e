"""A run compared with an earlier one, from its documents or from its report.json alone."""
import csv
import io
import json
import os
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

from report import gate
from tests.report import made
from tests.report.test_hostile import NASTY, TOP
from tests.report.test_page import Nested

UNSET = ("GATE", "BASELINE", "ENVS", "MARGIN", "PAIRED", "GATE_STRICT")


class Baseline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name)
        (self.out / "results").mkdir()
        (self.out / "bin").symlink_to(made.OUT / "bin")
        self.then, self.now = made.run(self.out / "results/then"), self.out / "results/now"
        self.measure()

    def measure(self, factor=0.9, experiments=(("primes", 100.0), ("extra", 50.0)), **more):
        made.write(self.now, *(made.document(e, i, [made.experiment(name, (rate + i * 0.37) * (factor if e == "docker" else 1), command="cpu --time=1")
                                                    for name, rate in experiments], **more) for e in ("native", "docker") for i in range(1, 8)))

    def call(self, *words, **settings):
        environment = {name: value for name, value in os.environ.items() if name not in UNSET} | {"OUT": str(self.out), "ENVS": "native docker"}
        return subprocess.run(["/usr/bin/python3", "-B", "-m", "report", *words], cwd=TOP, env=environment | settings, capture_output=True, text=True, timeout=120)

    def made(self, baseline="then", run="now", **settings):
        done = self.call("report", run, **({"BASELINE": str(baseline)} if baseline else {}), **settings)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout, json.loads((self.out / f"results/{run}/report.json").read_text())

    def refused(self, baseline, *words):
        done = self.call("report", "now", BASELINE=str(baseline))
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertRegex(done.stderr, r"^samebits: BASELINE=.*\(status 2\)$")
        for word in words:
            self.assertIn(word, done.stderr)

    def verdicts(self, report):
        return {(row["a"], row["b"], row["experiment"]): row["verdict"] for row in report["baseline"]["comparisons"] if row["family"] == "primary"}

    def test_each_environment_against_the_same_then(self):
        text, found = self.made()
        self.assertEqual(self.verdicts(found), {("native", "native@then", "primes"): "slower", ("docker", "docker@then", "primes"): "slower"})
        docker = next(row for row in found["baseline"]["comparisons"] if row["a"] == "docker")
        self.assertLess(docker["interval"][1], 0.9)
        self.assertRegex(text, r"(?m)^Against the baseline then of 2026-01-01, 6 starts of each environment:$")
        self.assertRegex(text, r"(?m)^docker +1[0-9] % slower ")
        self.assertIn("Not measured then: extra.", " ".join(text.split()))

    def test_no_verdict_of_the_run_depends_on_it(self):
        _, alone = self.made(None)
        _, found = self.made()
        for report in (alone, found):
            report.pop("baseline", None)
        self.assertEqual(found, alone)

    def test_a_report_alone_says_the_same(self):
        self.made(None, "then")
        _, by_run = self.made()
        (self.then / "report.json").rename(self.out / "kept.json")
        _, by_file = self.made(self.out / "kept.json")
        for key in ("comparisons", "geomeans", "detectable", "pairs", "starts", "start_utc"):
            self.assertEqual(by_file["baseline"][key], by_run["baseline"][key], key)

    def test_runs_that_may_end_early_have_their_shares_of_both(self):
        self.measure(host={"max_iterations": 30})
        self.assertEqual(self.made()[1]["baseline"]["settings"]["looks"], 3)
        self.assertFalse(self.made(PAIRED="1")[1]["baseline"]["settings"]["paired"])

    def test_what_has_changed_since_is_said(self):
        self.measure(host={"kernel": "6.18", "cpu_model": "Other"}, identity={"rootfs": "sha256:9", "bench": "sha256:8"})
        self.made(None, "then")
        (self.then / "report.json").rename(self.out / "kept.json")
        for baseline in ("then", self.out / "kept.json"):
            text, found = self.made(baseline)
            facts = {fact["name"]: fact for fact in found["baseline"]["audit"]["facts"]}
            self.assertEqual({facts[name]["class"] for name in ("build", "host kernel", "host processor")}, {"confound"}, baseline)
            self.assertEqual(facts["host kernel"]["values"], {"native": "6.18", "docker": "6.18", "native@then": "6.1", "docker@then": "6.1"})
            self.assertRegex(" ".join(text.split()), r"may affect results: build, host kernel and host processor\.")
            self.assertIn("confound: host kernel (may affect: all)", self.call("audit", "now").stdout)

    def test_what_cannot_be_held_against_it_is_said(self):
        made.write(self.now, *(made.document("qemu", i, [made.experiment("primes", command="cpu --time=9")]) for i in (1, 2)))
        for path in self.now.glob("native-*.json"):
            path.write_text(path.read_text().replace("--time=1", "--time=9"))
        text, found = self.made()
        self.assertEqual(found["baseline"]["notes"], ["not in the baseline: qemu", "not measured then: extra", "another command then: primes (cpu --time=1)"])
        self.assertIn("Not in the baseline: qemu.", " ".join(text.split()))

    def test_a_metric_in_another_unit_is_another_metric(self):
        def probe(unit):
            return [made.experiment("primes"), made.experiment("call", metrics=[{"name": "call", "unit": unit, "value": 5.0, "better": "less"}])]
        made.run(self.then, experiments=probe("ms"))
        made.run(self.now, iterations=7, experiments=probe("ns"))
        metrics = {(row["experiment"], row["metric"]) for row in self.made()[1]["baseline"]["comparisons"]}
        self.assertIn(("primes", "events/s"), metrics)
        self.assertNotIn(("call", "call"), metrics)

    def test_what_cannot_be_joined_is_refused(self):
        self.refused("nosuch", "is neither a run nor the path of a report.json; list the runs: ls ")
        self.refused("x" * 5000, "is neither a run")
        self.refused("now", "is the run itself; give an earlier one")
        self.made(None)
        self.refused(self.now / "report.json", "is the run itself")
        made.run(self.out / "results/full", suite="full")
        self.refused("full", "has the suite full, this run quick")
        made.run(self.out / "results/guests", ("qemu",))
        self.refused("guests", "has no environment of this run: it has qemu, and not native and docker")
        made.run(self.out / "results/others", experiments=[made.experiment("other")])
        self.refused("others", "has no metric of this run")
        done = self.call("baseline", "full", "native", BASELINE="then", RUN="new")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertEqual(self.call("baseline", "quick", "native", BASELINE="then", RUN="new").returncode, 0)

    def test_a_hostile_report_is_refused_by_what_is_wrong(self):
        self.made(None, "then")
        good, path = json.loads((self.then / "report.json").read_text()), self.out / "kept.json"
        group = good["groups"][0]
        for change, why in (({"schema": "samebits-report-1"}, "not a samebits-report-2"), ({"runs": ["a", "b"]}, "it covers several runs"), ({"runs": []}, "several"),
                            ({"groups": 5}, "groups is not a list"), ({"groups": [{}]}, "groups has no experiment"), ({"groups": []}, "it has no values"),
                            ({"groups": [group | {"values": ["x"]}]}, "groups.0.values.0 is not a number"), ({"groups": [group | {"values": [1]}]}, "without places"),
                            ({"groups": [group | {"values": [1e300] * 6}]}, "too large a number"), ({"groups": [group | {"sequence": [1] * 6}]}, "without places"),
                            ({"settings": {"looks": 0}}, "not a number of looks"), ({"settings": {}}, "settings has no looks"), ({"suite": None}, "it has no suite"),
                            ({"starts": [{"start_utc": "\x1b[2J"}]}, "not a time in UTC"), ({"identity": [5]}, "identity.0 is not a string"), ({"suite": "a\0"}, "zero character")):
            path.write_text(json.dumps(good | change))
            with self.subTest(why):
                self.refused(path, why)
        for text, why in (("{", "not whole JSON"), ("", "empty"), ('{"schema": NaN}', "NaN is not a number"), ("[" * 100000, "not whole JSON"), ("[1]", "not a samebits-report-2")):
            path.write_text(text)
            self.refused(path, why)

    def test_hostile_strings_are_only_text(self):
        self.made(None, "then")
        good, path = json.loads((self.then / "report.json").read_text()), self.out / "kept.json"
        for first in range(0, len(NASTY), 4):
            run, cpu, kernel, build = NASTY[first:first + 4]
            path.write_text(json.dumps(good | {"runs": [run], "machine": {"cpu": cpu, "hostname": cpu, "host_kernel": kernel, "versions": {"qemu": kernel}}, "identity": [build],
                                               "experiments": [{"name": "primes", "command": cpu}], "kinds": {"native": kernel}}))
            text, _ = self.made(path)
            files = {name: (self.now / f"report.{name}").read_text() for name in ("md", "html", "csv")}
            for shown, allowed in ((text, "\n"), (self.call("audit", "now").stdout, "\n"), (files["md"], "\n"), (files["html"], "\n\t")):
                self.assertEqual({c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set(allowed), set())
            Nested(files["html"])
            for name in ("html", "md"):
                self.assertNotIn("<script", files[name].lower())
            for row in csv.reader(io.StringIO(files["csv"], newline="")):
                self.assertFalse([cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))])

    def test_every_form_has_it(self):
        import jsonschema
        _, found = self.made()
        jsonschema.validate(found, json.loads((TOP / "report/report.schema.json").read_text()))
        markdown, page = ((self.now / f"report.{name}").read_text() for name in ("md", "html"))
        self.assertRegex(markdown, r"(?m)^\| primes \| events/s \| 0\.9[0-9] \[[0-9., ]+\] \*\*slower\*\* \| 0\.8[0-9] \[[0-9., ]+\] \*\*slower\*\* \|$")
        self.assertIn("| experiment | metric | native / native@then | docker / docker@then |", markdown)
        parsed = Nested(page)
        self.assertIn("baseline", parsed.ids)
        self.assertIn("Against the baseline then of 2026-01-01, 6 starts of each environment", "".join(parsed.text))
        lines = list(csv.DictReader(io.StringIO((self.now / "report.csv").read_text())))
        self.assertEqual({(line["run"], line["environment"]) for line in lines},
                         {("now", "native"), ("now", "docker"), ("then", "native@then"), ("then", "docker@then")})

    def test_thresholds(self):
        path = self.out / "gate"
        def hold(line, report):
            path.write_text(line)
            return gate.hold(str(path), report, False)[2]
        _, found = self.made()
        self.assertEqual(hold("primes.docker/baseline >= 0.95", found).status, 4)
        self.assertIsNone(hold("primes.docker/baseline >= 0.5\nprimes latency avg.docker/baseline <= 1.01", found))
        self.assertIsNone(hold(f"primes.docker/baseline >= {next(row['ratio'] for row in found['baseline']['comparisons'] if row['a'] == 'docker')}", found))
        self.assertEqual(hold("extra.docker/baseline >= 0.5", found).status, 4)
        done = self.call("report", "now", BASELINE="then", GATE=str(path))
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]),
                         (4, "extra.docker/baseline was not measured: the baseline does not have it"))
        done = self.call("report", "now", GATE=str(path))
        self.assertEqual(done.returncode, 2)
        self.assertIn("is not measured; give BASELINE=run", done.stderr)

    def test_several_runs_against_one(self):
        made.run(self.out / "results/later")
        done = self.call("report", "now", "later", BASELINE="then")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads((self.out / "results/now+later/report.json").read_text())
        self.assertEqual(found["baseline"]["pairs"], [["native@now", "native@then"], ["native@later", "native@then"], ["docker@now", "docker@then"], ["docker@later", "docker@then"]])
        self.assertEqual({row["verdict"] for row in found["baseline"]["comparisons"] if row["a"] == "docker@later"}, {"same"})


if __name__ == "__main__":
    unittest.main()
