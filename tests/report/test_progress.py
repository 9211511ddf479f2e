"""What a run prints while it is measured, and the rule by which it may end."""
import unittest

from report import result
from report.progress import progress
from tests.report.made import OUT, document, experiment


def run(iterations=10, names=("primes",), most=None, factor=0.5, name="r"):
    host = {"max_iterations": most} if most else {}
    return [document(e, i, [experiment(n, (100 + i * 0.3 + len(e) * 0.1) * (factor if e == "qemu" else 1)) for n in names], host=host)
            | {"label": e, "sequence": i, "run": name} for e in ("native", "qemu") for i in range(1, iterations + 1)]


class Progress(unittest.TestCase):
    def progress(self, documents, iteration=10):
        return progress(documents, iteration, f"{OUT}/bin/stats", 0.03, False)

    def test_a_row_is_decided_or_not(self):
        self.assertEqual(self.progress(run()), (["  after 10 iterations: 1 of 1 primary row decided", "  qemu/native: primes 0.50 slower"], 0))
        self.assertEqual(self.progress(run(), 2), (["  after 2 iterations: 0 of 1 primary row decided", "  qemu/native: primes 0.50 ?"], 1))

    def test_many_experiments_are_counted(self):
        lines, undecided = self.progress(run(names=[f"e{i}" for i in range(6)]))
        self.assertEqual((lines[1:], undecided), (["  qemu/native: 6 slower"], 0))

    def test_no_line_is_too_wide_and_none_moves_the_cursor(self):
        for line in self.progress(run(names=["x" * 90, "\x1b[2Jy"]))[0]:
            self.assertLessEqual(len(line), 80)
            self.assertTrue(line.isprintable())

    def test_each_look_has_its_share(self):
        self.assertEqual([result.looks(run(1, most=most)) for most in (None, 1, 10, 11, 30, 31)], [1, 1, 1, 2, 3, 4])
        self.assertEqual(result.looks(run(1, most=30) + run(1, most=20, name="s") + run(1, name="t")), 6)
        self.assertEqual(self.progress(run(most=30))[1], 0)
        self.assertEqual(self.progress(run(most=50000))[1], 1)
