"""Documents -> rows: families, work per second of processor time, pairs."""
import unittest

from report import metrics
from tests.report import made


def rows(experiment, environment="native"):
    document = made.document(environment) | {"label": environment, "sequence": 1}
    return {row["metric"]: row for row in metrics.rows_of(document, experiment)}


def mixed():
    return made.experiment(command="fileio --file-test-mode=rndrw", operations={
        "read": {"count": 60, "per_s": 60.0, "mib_per_s": 1.0, "latency_ns": {"p95": 5}},
        "write": {"count": 40, "per_s": 40.0, "mib_per_s": 0.7}, "fsync": {"count": 0, "per_s": 0}})


class Metrics(unittest.TestCase):
    def family(self, found):
        return {name: row["family"] for name, row in found.items()}

    def test_multiples_are_not_tested(self):
        families = self.family(rows(mixed()))
        self.assertEqual(families["reads/s"], "primary")
        self.assertEqual([families[name] for name in ("read MiB/s", "writes/s", "written MiB/s")], ["none"] * 3)
        self.assertEqual(families["reads per CPU second"], "cpu")
        self.assertNotIn("fsyncs/s", families)

    def test_writes_alone_are_the_primary(self):
        experiment = mixed()
        del experiment["operations"]["read"]
        self.assertEqual(self.family(rows(experiment))["writes/s"], "primary")

    def test_counters_are_of_each_event(self):
        counters = {"instructions_user": 5000, "instructions_kernel": 100, "cycles_user": 2500, "cycles_kernel": 0}
        found = rows(made.experiment(counters=counters))
        self.assertEqual([(name, row["value"], row["family"]) for name, row in found.items() if "per event" in name],
                         [("user instructions per event", 50, "other"), ("kernel instructions per event", 1, "other"),
                          ("user cycles per event", 25, "other"), ("kernel cycles per event", 0, "other")])
        self.assertFalse([name for name in rows(made.experiment(counters={"unavailable": "why"})) if "per event" in name])

    def test_per_cpu_second(self):
        name = "events per CPU second"
        self.assertEqual(rows(made.experiment())[name]["value"], 100)
        self.assertEqual(rows(made.experiment(host_cpu={"used_s": 0.5, "waited_s": 0}))[name]["value"], 200)
        self.assertEqual(rows(made.experiment(per_cpu_s=7, host_cpu={"used_s": 0.5}))[name]["value"], 7)
        # The guest's own accounting does not show it.
        self.assertNotIn(name, rows(made.experiment(), "qemu"))
        self.assertEqual(rows(made.experiment(host_cpu={"used_s": 0.5}), "qemu")[name]["value"], 200)

    def test_a_probe_that_waits_has_none_per_cpu_second(self):
        probe = made.experiment(command="timer --time=1", metrics=[{"name": "late", "value": 5, "unit": "ns", "better": "less"}])
        self.assertEqual(self.family(rows(probe)), {"late": "primary"})

    def test_pairs(self):
        def of(*labels):
            return metrics.pairs([made.document(label.split("@")[0]) | {"label": label} for label in labels])
        self.assertEqual(of("native", "docker", "docker:x=1", "qemu"),
                         [["docker", "native"], ["docker:x=1", "native"], ["qemu", "native"], ["docker:x=1", "docker"], ["qemu", "docker"]])
        self.assertEqual(of("native@a", "docker@a", "native@b", "docker@b"), [["native@b", "native@a"], ["docker@b", "docker@a"]])
        self.assertEqual(of("docker"), [])


if __name__ == "__main__":
    unittest.main()
