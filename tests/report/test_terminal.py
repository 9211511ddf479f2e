"""The output on a terminal of 80 columns."""
import re
import unittest

from report import answer, terminal
from tests.report import sample


def rendered(report, colour=False):
    report["answer"] = answer.answer(report)
    return terminal.render(report, colour)


class Terminal(unittest.TestCase):
    def narrow(self, text):
        self.assertEqual([line for line in text.splitlines() if terminal.width(line) > 80], [])

    def test_the_answer_comes_before_the_table(self):
        lines = rendered(sample.report()).splitlines()
        self.assertTrue(lines[0].startswith("suite t · 6 starts each"))
        self.assertEqual([line.split()[0] for line in lines if line.startswith(("docker ", "qemu ", "experiment "))], ["docker", "qemu", "experiment"])
        self.assertLess(next(i for i, line in enumerate(lines) if line.startswith("qemu ")), 10)

    def test_rows_with_ratio_interval_and_verdict(self):
        text = rendered(sample.report())
        self.assertRegex(text, r"(?m)^cpu-2000 +events/s +1030 +1\.00 \+-1 % +same +0\.50 \+-2 % +slower$")
        self.assertRegex(text, r"(?m)^ +per CPU s +1030 +1\.00 \+-1 % +same +0\.50 \+-2 % +slower$")
        self.assertRegex(text, r"(?m)^pipe +round trip us +1\.030 ")

    def test_nothing_is_wider_than_80_columns(self):
        for first in ("cpu-2000", "x" * 300, "漢字" * 60, sample.HOSTILE * 3):
            for count in (1, 2, 3, 4, 6, 7, 30):
                names = tuple(f"qemu:accel=kvm,machine=q35,{'long' * 9}@machine-{i}" for i in range(count))
                verdicts = tuple(sample.VERDICTS[i % 5] for i in range(count))
                report = sample.report(first, names, verdicts)
                with self.subTest(first=first[:9], count=count):
                    self.narrow(rendered(report))
                    self.narrow(terminal.audit(report))

    def test_no_document_moves_the_cursor(self):
        report = sample.report(sample.HOSTILE, ("docker" + sample.HOSTILE,), ("slower",))
        report["machine"]["cpu"] = report["suite"] = report["audit"]["facts"][0]["why"] = sample.HOSTILE
        for text in (rendered(report), terminal.audit(report)):
            self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f‮]", text))

    def test_colours_only_when_asked(self):
        self.assertNotIn("\033", rendered(sample.report()))
        self.assertIn("\033[31mslower\033[0m", rendered(sample.report(), True))

    def test_unavailable(self):
        report = sample.report()
        report["groups"] = [g for g in report["groups"] if (g["experiment"], g["environment"]) != ("pipe", "docker")]
        report["comparisons"] = [c for c in report["comparisons"] if (c["experiment"], c["a"]) != ("pipe", "docker")]
        report["unavailable"] = [{"environment": "docker", "experiment": "pipe", "n": 6, "why": "no pipes"}]
        self.assertRegex(rendered(report), r"(?m)^pipe .* unavailable ")
        self.assertIn("unavailable: docker n=6 pipe: no pipes\n", terminal.audit(report))


if __name__ == "__main__":
    unittest.main()
