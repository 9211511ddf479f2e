"""The cost of an environment itself: rows made from the documents' data on their starts, as a separate family, in every format."""
import csv
import io
import json
import tempfile
import unittest
from pathlib import Path

from report import answer, costs, documents, gate, markdown, page, result, tables, terminal
from report.common import Failure
from report.__main__ import forms, planned
from tests.report import made
from tests.report.test_page import Nested

MIB = 1 << 20
TYPICAL = {"native": (20, 30, 5, 2, 0.02), "docker": (600, 40, 200, 60, 0.4), "qemu": (900, 300, 100, 250, 1.2)}


def start(environment, iteration=1, **more):
    """A document with everything that the costs are computed from; `more` overrides its values."""
    first, event, gone, memory, cpu = (value * (1 + iteration / 100) for value in TYPICAL[environment])
    moments = {"init": first, "benchmark": first + 300 + event, "benchmark_end": 5000, "result": 5001, "gone": 5000 + gone}
    footprint = {"memory_bytes": memory * MIB, "cpu_s": cpu} | ({"engine_bytes": 100 * MIB} if environment == "docker" else {})
    return made.document(environment, iteration, wait_ms=300, platform={"memory_available_bytes": (400 + iteration) * MIB},
                         host={"timeline_ms": moments, "footprint": footprint}) | more


def labelled(document, label=None):
    return document | {"label": label or document["environment"], "sequence": document["iteration"], "run": "r"}


def values(document):
    return {row["metric"]: row["value"] for row in costs.rows([labelled(document)])}


def report_of(some, margin=0.03):
    report, rows = result.compose([labelled(one) for one in some], [], f"{made.OUT}/bin/stats", margin, False)
    report["answer"] = answer.answer(report)
    return report, rows


def run(environments=("native", "docker", "qemu"), iterations=6, **more):
    return [start(e, i, **more) for e in environments for i in range(1, iterations + 1)]


class Rows(unittest.TestCase):
    def test_of_one_start(self):
        found = values(start("docker", 0))
        self.assertEqual({name: round(value, 6) for name, value in found.items()},
                         {"to first process": 600, "to first event": 40, "to gone": 200, "processor time": 0.4,
                          "host memory": 60, "engine's memory": 100, "available": 400})
        one = costs.rows([labelled(start("docker"))])
        self.assertEqual({row["experiment"] for row in one}, {"start", "memory-taken"})
        self.assertEqual({row["family"] for row in one}, {"cost"})
        self.assertEqual([row["metric"] for row in one if row["better"] == "more"], ["available"])

    def test_the_pause_is_no_part_of_the_start(self):
        document = start("native", 0)
        self.assertEqual(values(document)["to first event"], 30)
        del document["wait_ms"]
        self.assertEqual(values(document)["to first event"], 330)

    def test_what_is_not_known_is_absent_and_never_0(self):
        self.assertEqual(values(made.document()), {})
        document = start("native", 0)
        document["host"]["timeline_ms"] = {"init": 0, "benchmark": 100, "gone": 3000}
        document["host"]["footprint"] = {"memory_bytes": 0, "cpu_s": 0.0}
        # If a benchmark begins before the pause is over, its clock is not the one assumed.
        self.assertEqual(values(document), {"available": 400})

    def test_a_name_that_a_suite_has_is_not_taken(self):
        document = start("native", experiments=[made.experiment("start"), made.experiment("start-cost")])
        self.assertEqual({row["experiment"] for row in costs.rows([labelled(document)])}, {"start-cost-cost", "memory-taken"})

    def test_hostile_numbers_cost_the_document(self):
        with tempfile.TemporaryDirectory() as folder:
            directory = made.run(Path(folder) / "r")
            for place, footprint in enumerate(({"memory_bytes": "much"}, {"cpu_s": 1e300}, [], {"unavailable": 5})):
                made.write(directory, start("docker", 7 + place, host={"footprint": footprint}))
            _, problems = documents.join([directory], [])
            self.assertEqual([problem["why"].split(" is ")[0].removeprefix("host.") for problem in sorted(problems, key=lambda p: p["file"])],
                             ["footprint.unavailable", "footprint.memory_bytes", "footprint.cpu_s", "footprint"])


class Report(unittest.TestCase):
    def test_a_family_of_its_own_leaves_the_others_as_they_were(self):
        plain, _ = report_of([made.document(e, i) for e in TYPICAL for i in range(1, 7)])
        found, _ = report_of(run())
        def others(report):
            return [row for row in report["comparisons"] if row["family"] != "cost"]
        self.assertEqual(others(found), others(plain))
        self.assertEqual(found["geomeans"], plain["geomeans"])
        self.assertEqual([one["primary"] for one in found["tally"]], [one["primary"] for one in plain["tally"]])
        cost = [row for row in found["comparisons"] if row["family"] == "cost" and (row["a"], row["b"]) == ("qemu", "native")]
        self.assertEqual({(row["correction"], row["family_size"]) for row in cost}, {("holm", 6)})
        self.assertEqual({row["metric"]: row["verdict"] for row in cost},
                         {"to first process": "slower", "to first event": "slower", "to gone": "slower", "processor time": "slower",
                          "host memory": "slower", "available": "same"})
        self.assertEqual(plain["costs"], [])
        self.assertEqual([(one["name"], one["kind"]) for one in found["costs"]], [("start", "start"), ("memory-taken", "memory taken")])

    def test_they_have_kinds_in_the_cost_profile(self):
        found, _ = report_of(run())
        profile = {(one["a"], one["b"], one["kind"]): one for one in found["profile"]}
        one = profile["docker", "native", "start"]
        self.assertAlmostEqual(one["performance"], (20 / 600 * 30 / 40 * 5 / 200 * 0.02 / 0.4) ** 0.25, 9)
        self.assertEqual((one["count"], one["verdicts"]["slower"]), (1, 4))
        self.assertIn(("docker", "native", "memory taken"), profile)

    def test_what_could_not_be_read_says_why(self):
        some = run(("native", "docker"))
        for one in some:
            if one["environment"] == "docker":
                one["host"]["footprint"] = {"unavailable": "the pause was over \x1b[31m before it was read"}
        found, _ = report_of(some)
        self.assertEqual([(one["environment"], one["experiment"], one["n"]) for one in found["unavailable"]],
                         [("docker", "start", 6), ("docker", "memory-taken", 6)])
        text = terminal.render(found)
        self.assertRegex(text, r"(?m)^to first process ms +20\.70 +30 ")
        self.assertEqual(tables.value(found, next(row for row in tables.costs(found) if row.metric == "host memory"), "docker"), "unavailable")
        self.assertIn("unavailable: docker n=6 start: the pause was over", terminal.audit(found))
        self.assertNotIn("\x1b", text + terminal.audit(found))

    def test_every_form_has_them(self):
        import jsonschema
        found, rows = report_of(run())
        files = forms(found, rows, [labelled(one) for one in run()])
        jsonschema.validate(json.loads(files["report.json"]), json.loads((Path(result.__file__).parent / "report.schema.json").read_text()))
        lines = list(csv.DictReader(io.StringIO(files["report.csv"])))
        self.assertEqual(sum(line["experiment"] == "start" for line in lines), 4 * 18)
        self.assertRegex(files["report.md"], r"\| start \| to first process ms \| 20\.70 \| 30 \[[0-9., ]+\] \*\*slower\*\* \| 45 ")
        self.assertRegex(files["report.md"], r"\| memory-taken \| host memory MiB \| 2\.070 \| 30 \[[0-9., ]+\] \*\*worse\*\* ")
        parsed = Nested(files["report.html"])
        for name in ("x-start", "x-memory-taken"):
            self.assertIn(name, parsed.ids)
        self.assertIn("▼ worse", files["report.html"])
        self.assertIn("PSS of all processes", " ".join(parsed.text))

    def test_the_terminal_has_a_short_table_of_them(self):
        lines = terminal.render(report_of(run())[0]).splitlines()
        self.assertEqual([line for line in lines if terminal.width(line) > 80], [])
        own = lines[next(i for i, line in enumerate(lines) if line.startswith("by itself")):]
        self.assertEqual([line.rsplit(maxsplit=1)[-1] for line in own[1:7]], ["slower"] * 4 + ["worse", "same"])
        self.assertEqual(own[7], "")
        self.assertNotIn("by itself", terminal.render(report_of([made.document(e, i) for e in ("native", "qemu") for i in (1, 2)])[0]))

    def test_one_environment_alone_has_medians(self):
        found, _ = report_of(run(("qemu",)))
        self.assertIn("| start | to first process ms | 931.5 |", markdown.render(found))
        Nested(page.render(found))


class Disk(unittest.TestCase):
    def test_a_constant_that_is_shown_and_not_tested(self):
        some = run(("native", "docker"))
        for one in some:
            one["host"] |= {"disk_bytes": {"image": 2 * MIB, "engine": 100 * MIB}} if one["environment"] == "docker" else {"disk_bytes": {"program": MIB // 4}}
        found, _ = report_of(some)
        self.assertEqual(found["on_disk"]["docker"], {"parts": {"image": 2 * MIB, "engine": 100 * MIB}, "bytes": 102 * MIB})
        self.assertIn("On a disk, to start, MiB: native 0.2500, docker 102.0.\n", terminal.render(found))
        self.assertIn("| docker | 102.0 | engine 100.0, image 2.000 |", markdown.render(found))
        self.assertIn("disk", Nested(page.render(found)).ids)
        self.assertEqual(len(found["comparisons"]), len(report_of(run(("native", "docker")))[0]["comparisons"]))

    def test_what_is_not_all_known_has_no_sum(self):
        some = [start("docker", i) for i in (1, 2)]
        for one in some:
            one["host"] |= {"disk_bytes": {"image": MIB}, "disk_unavailable": "<b>runc\x1b is not found"}
        found, _ = report_of(some)
        self.assertEqual(found["on_disk"], {"docker": {"why": "<b>runc\x1b is not found"}})
        self.assertIn("docker unavailable", terminal.render(found))
        for text in (page.render(found), markdown.render(found)):
            self.assertNotIn("<b>runc", text)
            self.assertNotIn("\x1b", text)

    def test_the_moments_of_a_start_are_without_the_pause(self):
        self.assertEqual(report_of([start("native", 0)])[0]["startup_times"]["native"]["since_start_ms"], {"init": 20, "benchmark": 50})


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "gate"

    def test_thresholds_on_them(self):
        found, _ = report_of(run())
        for line, outcome in (("start to first process.docker/native <= 40", "met"), ("start to gone.qemu <= 1", "missed"),
                              ("memory-taken host memory.qemu/docker >= 4", "met"), ("memory-taken engine's memory.docker <= 200", "met")):
            self.path.write_text(line)
            threshold, = gate.thresholds(str(self.path))
            self.assertEqual(gate.Measured(found).judge(threshold)[0], outcome, line)

    def test_they_are_known_before_they_are_measured(self):
        suite = self.path.with_suffix(".suite")
        suite.write_text("primes cpu\n")
        self.path.write_text("start to first process.docker/native <= 40\nmemory-taken host memory.docker <= 100")
        gate.check(str(self.path), gate.Measured(planned(str(suite), ["native", "docker"])))
        self.path.write_text("starts to first process.docker/native <= 40")
        with self.assertRaises(Failure):
            gate.check(str(self.path), gate.Measured(planned(str(suite), ["native", "docker"])))


if __name__ == "__main__":
    unittest.main()
