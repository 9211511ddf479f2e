"""Numbers, units and the sentences of the answer."""
import unittest

from report import answer, words
from tests.report import sample


class Numbers(unittest.TestCase):
    def test_four_digits_and_letters(self):
        said = {0: "0", 1.04567: "1.046", 45120.4: "45120", 999949: "999949", 999999.6: "1.000M", 11.1e6: "11.10M", 0.00012345: "0.0001234", None: "-"}
        self.assertEqual({value: words.figure(value) for value in said}, said)

    def test_ratios(self):
        said = {0.08: "0.080", 0.0001: "<0.001", 0.11: "0.11", 1.0: "1.00", 9.994: "9.99", 11.2: "11"}
        self.assertEqual({value: words.times(value) for value in said}, said)

    def test_interval_around_a_ratio(self):
        self.assertEqual(words.around(0.2, [0.16, 0.24]), "+-20 %")
        self.assertEqual(words.around(1.18, [0.956, 1.711]), "-19..45 %")
        self.assertEqual(words.around(1, [0.995, 1.004]), "+-0.5 %")
        self.assertEqual(words.around(1, [0.9, 100]), "-10..>999 %")
        self.assertEqual(words.around(1, None), "")

    def test_by_how_much(self):
        self.assertEqual(words.by_how_much(1 / 6.6, [1 / 7.1, 1 / 6.2]), "6.6x slower [6.2, 7.1]")
        self.assertEqual(words.by_how_much(1.05, [1.02, 1.08]), "5 % faster [2.0, 8.0]")

    def test_factors(self):
        said = {1.052: "5.2 %", 2.4: "2.4x", 150.2: "150x", 7e60: "over 1000000x"}
        self.assertEqual({value: words.factor(value) for value in said}, said)

    def test_units(self):
        self.assertEqual([words.scale("ns", v)[0] for v in (5, 5e3, 5e6, 5e9)], ["ns", "us", "ms", "s"])
        self.assertEqual(words.size(2 ** 29), "512M")
        self.assertEqual([words.duration(s) for s in (9, 2760, 7200)], ["9 s", "46 min", "2.0 h"])

    def test_nothing_moves_the_cursor(self):
        self.assertEqual(words.printable("a\x1b[1m\n‮b"), "a�[1m��b")

    def test_a_command_without_its_user(self):
        said = words.command(["env", "-C", "/home/me/checkout/out/scratch/files", "PATH=/home/me/bin:/usr/bin", "HOME=/home/me",
                              "-drive", "file=/home/me/x/disk.img,if=none", "/usr/bin/qemu", "a'b"])
        self.assertEqual(said, "env -C …/files -drive file=…/disk.img,if=none /usr/bin/qemu 'a'\\''b'")


class Answer(unittest.TestCase):
    def lines(self, *verdicts):
        report = sample.report(environments=tuple(f"e{i}" for i in range(len(verdicts))), verdicts=verdicts)
        return [line["text"] for line in answer.answer(report)["lines"]]

    def test_slower_and_faster_by_how_much_and_how_sure(self):
        self.assertEqual(self.lines("slower", "faster"), ["2.0x slower [1.9, 2.1], geometric mean of 2", "2.0x faster [1.9, 2.1], geometric mean of 2"])

    def test_same_slight_and_what_could_not_be_seen(self):
        self.assertEqual(self.lines("same", "slight", "undecided"), [
            "same within 3 % in 2 of 2", "a difference below 3 % in cpu-2000 and pipe", "all 2 undecided: less than 1.8x could not be seen"])

    def test_an_emulated_guest_says_nothing_about_kvm(self):
        said = answer.answer(sample.report())
        self.assertTrue(said["lines"][1]["text"].endswith("emulated (TCG): says nothing about KVM"))
        self.assertEqual(said["title"], "docker the same as native within 3 % in 2 of 2; qemu 2.0x slower than native (emulated)")

    def test_what_was_measured_on_what(self):
        self.assertEqual(answer.what(sample.report()),
                         "suite t · 6 starts each · AMD EPYC, 1 of 2 processors, 512M, ext4 · Linux 6.18, QEMU 7.2 (TCG) · 46 min")

    def test_differences_and_problems(self):
        report = sample.report()
        report["audit"]["faults"] = [{"name": "too few iterations", "where": ["native"], "detail": "", "why": ""}]
        report["problems"] = [{"file": "docker-3.json", "why": "is half"}]
        self.assertEqual(answer.differences(report), "Virtualization is not the only difference: 1 other may affect results, 1 of them every "
                         "result (accelerator). Problems in the data: too few iterations. Left out: docker-3.json.")
        report["audit"]["facts"], report["audit"]["illegitimate"] = [], ["other bits"]
        said = answer.answer(report)
        self.assertEqual(said["warning"], "Not a legitimate comparison: other bits.")
        self.assertTrue(said["title"].startswith("Not a legitimate comparison: "))
        self.assertTrue(said["differences"].startswith("Apart from virtualization, only"))

    def test_the_files_that_ran_everywhere(self):
        report = sample.report()
        report["programs"] = ["programs/bin/xz"]
        self.assertIn(" The same files ran everywhere: programs/bin/xz.", answer.differences(report))
        report["programs"] += ["programs/lib/ld-linux-x86-64.so.2", "tree/a\x1bb"]
        self.assertIn(" The same files ran everywhere: programs/bin/xz, and 2 files that they need.", answer.differences(report))

    def test_one_environment_has_nothing_to_compare_with(self):
        said = answer.answer(sample.report(environments=(), verdicts=()))
        self.assertEqual((said["title"], said["lines"]), ("native: nothing to compare with", []))


if __name__ == "__main__":
    unittest.main()
