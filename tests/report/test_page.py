"""The page and the Markdown: well nested, escaped, with the answer first, and without a user's folders."""
import html.parser
import re
import unittest

from report import answer, markdown, page, plots
from tests.report import sample

VOID = {"meta", "br", "rect", "use", "path", "circle", "polygon", "input"}


class Nested(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.stack, self.ids, self.text = [], [], []
        self.feed(text)
        assert not self.stack, self.stack

    def handle_starttag(self, tag, attributes):
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.stack and self.stack.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        self.text.append(data)


def answered(*arguments, **more):
    report = sample.report(*arguments, **more)
    report["answer"] = answer.answer(report)
    return report


class Page(unittest.TestCase):
    def test_well_nested_whole_and_without_a_script(self):
        text = page.render(answered())
        parsed = Nested(text)
        self.assertEqual(sorted({i for i in parsed.ids if parsed.ids.count(i) > 1}), [])
        self.assertIsNone(re.search(r"(?i)<script|<link|@import|url\(|(?:src|href)=[\"']?[a-z]+:", text))
        self.assertIsNone(re.search(r"rgb\(|stroke=.black|NaN|@\d+@", text))
        for target in re.findall(r'href="#([^"]+)"', text):
            self.assertTrue(target in parsed.ids or target.startswith("gpPt") or "gp_" in target, target)
        self.assertEqual(len(re.findall("<figure", text)), len(re.findall(r'role="img" aria-label="[A-Za-z0-9]', text)))
        self.assertGreaterEqual(text.count("<figure"), 4)

    def test_the_finding_is_the_title_and_the_answer_comes_first(self):
        text = page.render(answered())
        self.assertIn("<h1>docker the same as native within 3 % in 2 of 2; qemu 2.0x slower than native (emulated)</h1>", text)
        self.assertLess(text.index("2.0x slower [1.9, 2.1]"), text.index("<h2>"))

    def test_strings_of_documents_are_only_text(self):
        for render in (page.render, markdown.render):
            report = answered(sample.HOSTILE, ("docker" + sample.HOSTILE,), ("undecided",), {"native": ["sh", sample.HOSTILE]})
            report["suite"] = report["machine"]["cpu"] = report["audit"]["facts"][0]["name"] = sample.HOSTILE
            report["answer"] = answer.answer(report)
            text = render(report)
            self.assertNotIn("<b>&amp;|", text)
            self.assertIsNone(re.search("[\x00-\x08\x0b-\x1f\x7f‮]", text))
        Nested(page.render(report))
        self.assertNotRegex(markdown.render(report), r"(?<!\\)\[l\](?<!\\)\(u\)")

    def test_no_folder_of_a_user(self):
        commands = {"native": ["env", "-C", "/home/me/checkout/files", "PATH=/home/me/bin", "/home/me/checkout/out/bin/bench"]}
        text = page.render(answered(commands=commands))
        self.assertNotIn("/home", text)
        self.assertIn("…/bench", text)

    def test_thirty_machines(self):
        names = tuple(f"native@machine-{i}" for i in range(29))
        report = answered("cpu-2000", names, tuple(sample.VERDICTS[i % 5] for i in range(29)))
        Nested(page.render(report))
        self.assertIn("29 environments against native: 6 slower, 6 faster, 17 neither", page.render(report))
        self.assertIn("| native@machine-0 | 0.50 +-5 % | 2 |", markdown.render(report))

    def test_nothing_is_known_but_one_environment(self):
        report = answered(environments=(), verdicts=())
        report.update(machine={}, starts=[], percentiles=[], duration_s=None, start_utc=None, end_utc=None)
        Nested(page.render(report))
        self.assertTrue(markdown.render(report).startswith("# native: nothing to compare with"))


class Markdown(unittest.TestCase):
    def test_the_table_first_and_the_rest_folded(self):
        text = markdown.render(answered())
        self.assertIn("| cpu-2000 | events/s | 1030 | 1.00 [0.99, 1.01] same | 0.50 [0.49, 0.51] **slower** |", text)
        self.assertLess(text.index("| cpu-2000"), text.index("<details>"))
        self.assertEqual(text.count("<details>"), text.count("</details>"))
        self.assertIn("- **qemu**: 2.0x slower", "\n".join(text.splitlines()[:10]))


class Axes(unittest.TestCase):
    def test_tics_are_few_whatever_the_unit(self):
        for low, high in ((0.97, 1.02), (1.0e7, 1.03e7), (3.1e-9, 4e-9), (0.5, 80), (1.2e7, 2.9e7), (5e3, 5.2e6)):
            tics = plots.ratio_tics(low, high)
            self.assertLess(len(tics), 40, (low, high))
            self.assertTrue(tics and all(low <= tic <= high * 1.0001 for tic in tics), (low, high, tics))


if __name__ == "__main__":
    unittest.main()
