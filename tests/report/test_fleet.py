"""Many machines: generated runners with faults are found and named, and no others; documents are matched to machines; thresholds
for each; hostile input."""
import csv
import io
import json
import os
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

from report import causes, fleet, fleet_forms, fleet_gate, machines
from report.common import MISSED, USAGE, Failure
from tests.report import made, runners
from tests.report.test_hostile import NASTY, TOP, Tags

SUITE = """cpu-2000 cpu --cpu-max-prime=2000 --events=5000
memory memory --memory-total-size=20M
calls syscall --events=20
fileio-sync fileio --file-num=4 --file-total-size=1M --file-test-mode=rndrw --events=200
"""


def setUpModule():
    """A real document, from which all runners are made."""
    with tempfile.TemporaryDirectory(dir=made.OUT) as folder:  # on a disk
        Path(folder, "t.suite").write_text(SUITE)
        done = subprocess.run([made.OUT / "bin/bench", "suite", "./t.suite"], cwd=folder, env={"SAMEBITS_ENVIRONMENT": "native"}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    global REAL
    REAL = json.loads(done.stdout)


def below(folder: Path) -> dict:
    return fleet.compose(*machines.machines(machines.below(folder)), f"{made.OUT}/bin/stats", 0.03)


def found(one: dict) -> dict:
    return {line["machine"]: line["kind"] for line in one["answer"]["lines"]}


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "fleet"

    def fleet(self, count=12, starts=6, **more) -> dict:
        runners.fleet(REAL, self.folder, count, starts, **more)
        return below(self.folder)

    def change(self, name, change):
        for path in (self.folder / name).iterdir():
            one = json.loads(path.read_text())
            change(one)
            path.write_text(json.dumps(one))


class Found(Case):
    def test_each_fault_is_found_and_named_and_no_other(self):
        for seed in (1, 2, 3, 32):  # of 3 a throttled processor's rate is undecided, of 32 its work per second of its time too
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                runners.fleet(REAL, Path(folder) / "fleet", 12, 6, seed=seed)
                self.assertEqual(found(below(Path(folder) / "fleet")), runners.FAULTS)

    def test_a_healthy_fleet_has_none(self):
        one = self.fleet(faults={})
        self.assertEqual(found(one), {})
        self.assertIn("None of 12 machines was found to differ", one["answer"]["rest"][0])

    def test_the_worst_comes_first(self):
        one = self.fleet()
        self.assertEqual([machine["name"] for machine in one["machines"][:4]], ["r03", "r09", "r05", "r07"])
        lines = fleet_forms.terminal(one).splitlines()
        self.assertTrue(lines[2].startswith("r03  slow disk: fileio-sync at 0.3"), lines[2])
        self.assertEqual([line for line in lines if len(line) > 80], [])

    def test_what_gets_slower_is_throttled_and_what_has_a_slow_clock(self):
        one = self.fleet(faults={"r02": "throttled", "r04": "slow processor"})
        self.assertIn("its last starts are at 0.6", one["answer"]["lines"][1]["text"])
        for number in range(1, 13):
            self.change(f"r{number:02d}", lambda one: one["host"].update(frequency_mhz={"min": 1, "median": 1820.0 if number == 4 else 2600.0, "max": 1}))
        one = below(self.folder)
        self.assertEqual(found(one), {"r04": "throttled", "r02": "throttled"})
        self.assertIn("its clock is 1820 MHz, the others' 2600", one["answer"]["lines"][0]["text"])

    def test_a_processor_that_others_use_too_is_not_slow(self):
        self.fleet(faults={"r06": "slow processor"})

        def at_full_speed(one):
            for experiment in one["experiments"]:
                experiment["cpu"]["user_s"] *= 0.7
        self.change("r06", at_full_speed)
        one = below(self.folder)
        self.assertEqual(found(one), {"r06": "other work"})
        self.assertIn("something else runs there", one["answer"]["lines"][0]["text"])

    def test_what_is_recorded_and_differs_is_told(self):
        self.fleet(faults={})
        self.change("r02", lambda one: one["host"]["machine_id"].update(bios="Old 1"))
        for number in range(1, 13):
            if number != 2:
                self.change(f"r{number:02d}", lambda one: one["host"]["machine_id"].update(bios="New 2"))
        self.assertEqual({m["name"]: m["differs"] for m in below(self.folder)["machines"] if m["differs"]}, {"r02": {"bios": ["Old 1", "New 2"]}})

    def test_fewer_than_three_say_what_is_needed(self):
        one = self.fleet(count=2)
        self.assertEqual([machine["rows"] for machine in one["machines"]], [[], []])
        self.assertIn("has 2 machines, and 3 are needed: 1 more, with documents of the same suite and the same bits.", one["answer"]["rest"][0])
        fleet_forms.html(one)

    def test_a_trend_is_one_in_either_sense(self):
        group = {"values": [9.0, 8, 7, 6, 5, 4], "better": "more", "trend_rho": -1.0, "trend_p": 0.0}
        self.assertAlmostEqual(causes.fall(group), 4.5 / 8.5)
        self.assertEqual(causes.fall(group | {"better": "less"}), 1)
        self.assertEqual(causes.fall(group | {"trend_p": 0.06}), 1)


class Machines(Case):
    def names(self) -> dict:
        return {machine["name"]: machine["starts"] for machine in below(self.folder)["machines"]}

    def test_runs_of_one_machine_are_of_one_and_what_is_there_twice_counts_once(self):
        self.fleet(count=1, starts=2, faults={})
        self.fleet_again("r01", "again")
        self.assertEqual(self.names(), {"r01": 2})
        self.change("again", lambda one: one.update(run="other"))
        self.assertEqual(self.names(), {"r01": 4})

    def fleet_again(self, name, to):
        (self.folder / to).mkdir()
        for path in (self.folder / name).iterdir():
            (self.folder / to / path.name).write_text(path.read_text())

    def test_sticks_from_one_image_whose_machines_have_no_number_are_told_by_where_they_lie(self):
        self.fleet(count=3, starts=2, faults={})
        for name in ("r01", "r02", "r03"):
            self.change(name, lambda one: one.update(environment="metal", run="metal", host={}))
            for path in list((self.folder / name).iterdir()):
                path.rename(path.with_name(path.name.replace("native", "metal")))
        self.assertEqual(self.names(), {"r01": 2, "r02": 2, "r03": 2})
        # Makers sometimes give all machines the same one.
        for name in ("r01", "r02", "r03"):
            self.change(name, lambda one: one.update(host={"machine_id": {"serial": "0123456789"}}))
        self.assertEqual(self.names(), {"r01": 2, "r02": 2, "r03": 2})
        self.change("r02", lambda one: one.update(environment="metal:label=rack7"))
        self.assertEqual(set(self.names()), {"r01", "rack7", "r03"})

    def test_documents_in_one_folder_are_told_by_their_names(self):
        self.fleet(count=3, starts=2, faults={})
        flat = self.folder / "flat"
        flat.mkdir()
        for path in list(self.folder.glob("r*/*.json")):
            one = json.loads(path.read_text())
            del one["host"]["machine_id"]
            (flat / f"{path.parent.name}-{path.name}").write_text(json.dumps(one))
            path.unlink()
        self.assertEqual(self.names(), {"flat/r01": 2, "flat/r02": 2, "flat/r03": 2})

    def test_other_bits_other_suites_and_containers_are_left_out(self):
        self.fleet(count=4, starts=2, faults={})
        self.change("r01", lambda one: one.update(suite="other"))
        self.change("r02", lambda one: one["identity"].update(bench="sha256:0"))
        (self.folder / "r03" / "docker-1.json").write_text(json.dumps(made.document("docker") | {"suite": REAL["suite"], "identity": REAL["identity"]}))
        one = below(self.folder)
        self.assertEqual({machine["name"] for machine in one["machines"]}, {"r03", "r04"})
        self.assertEqual({problem["file"].split("/")[0]: problem["why"].split(" ", 2)[:2] for problem in one["problems"]},
                         {"r01": ["of", "another"], "r02": ["other", "bits"]})

    def test_names_are_each_of_one_machine(self):
        self.fleet(count=3, starts=1, faults={})
        for name in ("r01", "r02", "r03"):
            self.change(name, lambda one: one["host"]["machine_id"].update(hostname="debian"))
        self.assertEqual(self.names(), {"Sr01": 1, "Sr02": 1, "Sr03": 1})


class Gate(Case):
    def hold(self, text, one, strict=False):
        path = self.folder / "gate"
        path.write_text(text)
        return fleet_gate.hold(str(path), one, strict)

    def test_each_machine_is_held_against_it(self):
        one = self.fleet(count=8)
        lines, junit, failure = self.hold("fleet.cpu-2000 >= 0.90\n", one)
        self.assertEqual(failure.status, MISSED)
        self.assertEqual([line.split(" is ")[0] for line in lines if "not >=" in line], ["fleet.cpu-2000 of r05"])
        self.assertIn('tests="8" failures="1"', junit)
        self.assertIn("undecided", next(line for line in lines if "r07" in line))
        self.assertIsNone(self.hold("fleet.fileio-sync >= 0.1\nfleet.cpu-2000 events per CPU second >= 0.1\n", one)[2])
        with self.assertRaises(Failure) as refused:
            self.hold("fleet.cpu-2001 >= 0.95\ncpu-2000.native >= 1\n", one)
        self.assertEqual(refused.exception.status, USAGE)
        self.assertIn("line 1: fleet.cpu-2001 is not measured; valid names: fleet.cpu-2000", refused.exception.message)
        self.assertIn("line 2: ", refused.exception.message)

    def test_too_few_decide_nothing(self):
        lines, _, failure = self.hold("fleet.cpu-2000 >= 0.95\n", self.fleet(count=2), strict=True)
        self.assertIn("3 machines of its model are needed", lines[0])
        self.assertEqual(failure.status, MISSED)


class Program(Case):
    def fleet_program(self, *words, **settings):
        environment = {name: value for name, value in os.environ.items() if name not in ("GATE", "MARGIN", "GATE_STRICT", "DIR")}
        return subprocess.run([TOP / "scripts/fleet", *words], env=environment | {"OUT": str(made.OUT)} | settings, capture_output=True, timeout=120)

    def test_hostile_documents_cost_themselves_only(self):
        import jsonschema
        self.fleet(count=3, starts=3, faults={})
        for place, text in enumerate(NASTY):
            folder = self.folder / f"n{place}"
            folder.mkdir()
            one = json.loads((self.folder / "r01/native-1.json").read_text())
            one |= {"run": text, "environment": f"native:label={text}"}
            one["platform"] |= {"governor": text, "kernel": text, "memory_bytes": 10 ** place}
            one["host"] |= {"machine_id": {"hostname": text, "serial": text, "vendor": "Maker", "product": "Server 1", "bios": text}}
            one["experiments"] += [made.experiment(name=text, command=f"cpu {text}", rate=1e-90 * 1e12 ** place)]
            (folder / f"n{place}-1.json").write_text(json.dumps(one))
        for name, text in (("half", "{"), ("list", "[]"), ("deep", "[" * 100000), ("empty", ""), ("<b>\x1b[1m", "nul\0")):
            (self.folder / f"{name}-1.json").write_text(text)
        one = json.loads((self.folder / "r01/native-2.json").read_text())
        one["platform"]["cpu"]["online"] = "two"
        (self.folder / "wrong-1.json").write_text(json.dumps(one))
        one["platform"]["cpu"]["online"] = 2
        (self.folder / "r01/native-2.json").write_text(json.dumps(one | {"run": ["not a name"]}))
        os.mkfifo(self.folder / "pipe-1.json")
        (self.folder / "loop").symlink_to(self.folder)
        done = self.fleet_program(DIR=str(self.folder))
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        files = {path.suffix: path.read_text() for path in self.folder.glob("fleet.*")}
        self.assertEqual(set(files), {".json", ".csv", ".html"})
        report = json.loads(files[".json"])
        jsonschema.validate(report, json.loads((TOP / "report/fleet.schema.json").read_text()))
        self.assertEqual(len(report["problems"]), 7)
        for name, text in (("terminal", done.stdout.decode()), ("stderr", done.stderr.decode()), ("page", files[".html"])):
            strange = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set("\n\t" if name == "page" else "\n")
            self.assertEqual(strange, set(), name)
        parser = Tags()
        parser.feed(files[".html"])
        self.assertEqual(parser.open, [])
        self.assertNotIn("<script", files[".html"].lower())
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", files[".html"])
        for row in csv.reader(io.StringIO(files[".csv"], newline="")):
            self.assertEqual(len(row), 16)
            for cell in row:
                self.assertFalse(cell.startswith(("=", "+", "@", "\t", "\r")) or cell.startswith("-") and not cell[1:2].isdigit(), cell)

    def test_what_makes_no_sense_is_refused(self):
        (self.folder / "empty").mkdir(parents=True)
        for words, settings, why in (((), {}, b"no machines given"), (("x",), {"DIR": "y"}, b"give either RUNS"), ((), {"DIR": "/nosuch"}, b"is not a folder"),
                                     ((), {"DIR": str(self.folder)}, b"no usable result documents"), (("no-such-run",), {}, b"no results in")):
            done = self.fleet_program(*words, **settings)
            self.assertEqual((done.returncode, done.stdout), (2, b""), why)
            self.assertIn(why, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertEqual(list(self.folder.glob("fleet.*")), [])

    def test_thresholds_end_it_with_their_status(self):
        runners.fleet(REAL, self.folder, 8, 6)
        (self.folder / "limits").write_text("fleet.fileio-sync >= 0.8\n")
        done = self.fleet_program(DIR=str(self.folder), GATE=str(self.folder / "limits"))
        self.assertEqual(done.returncode, 4, done.stderr.decode())
        self.assertIn(b"fleet.fileio-sync of r03 is 0.3", done.stdout)
        self.assertIn("failure message", (self.folder / "fleet.xml").read_text())


if __name__ == "__main__":
    unittest.main()
