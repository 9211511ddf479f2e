"""Exports for other programs, read by their own readers or validated by their published schemas."""
import json
import unittest

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from report import exports
from tests.report import made
from tests.report.test_costs import report_of, run
from tests.report.test_hostile import NASTY

# https://bencher.dev/bmf.json, and the limits of https://bencher.dev/docs/reference/bencher-metric-format
BENCHER = {"type": "object", "minProperties": 1, "propertyNames": {"minLength": 1, "maxLength": 1024}, "additionalProperties": {
    "type": "object", "minProperties": 1, "propertyNames": {"minLength": 1, "maxLength": 64}, "additionalProperties": {
        "type": "object", "properties": {name: {"type": "number"} for name in ("value", "lower_value", "upper_value")},
        "required": ["value"], "additionalProperties": False}}}
# The README of benchmark-action/github-action-benchmark, "Using custom benchmark tool".
GITHUB = {"type": "array", "minItems": 1, "items": {
    "type": "object", "properties": {"value": {"type": "number"}} | {name: {"type": "string"} for name in ("name", "unit", "range", "extra")},
    "required": ["name", "unit", "value"], "additionalProperties": False}}


class Exports(unittest.TestCase):
    def setUp(self):
        self.report, _ = report_of(run())
        self.medians = {(g["environment"], g["experiment"], g["metric"]): g["median"] for g in self.report["groups"] if g["family"] in exports.FAMILIES}

    def read(self, report):
        return {family.name: family.samples for family in text_string_to_metric_families(exports.openmetrics(report))}

    def test_openmetrics(self):
        found = self.read(self.report)
        self.assertEqual({(s.labels["environment"], s.labels["experiment"], s.labels["metric"]): s.value for s in found["samebits_median"]}, self.medians)
        ratios = {(s.labels["environment"], s.labels["base"], s.labels["experiment"], s.labels["metric"]): s.value for s in found["samebits_ratio"]}
        for row in self.report["comparisons"]:
            if row["family"] in exports.FAMILIES:
                self.assertEqual(ratios[row["a"], row["b"], row["experiment"], row["metric"]], row["ratio"])
        self.assertEqual({s.labels["verdict"] for s in found["samebits_verdict"]}, {row["verdict"] for row in self.report["comparisons"] if row["family"] in exports.FAMILIES})
        self.assertEqual(found["samebits_end_timestamp_seconds"][0].value, 1767226770)

    def test_github_action_benchmark(self):
        import jsonschema
        names = {}
        for better in ("more", "less"):
            found = json.loads(exports.github(self.report, better))
            jsonschema.validate(found, GITHUB)
            names |= {one["name"]: (one["value"], better) for one in found}
        self.assertEqual(len(names), len(self.medians))
        self.assertEqual(names["primes events/s, docker"], (self.medians["docker", "primes", "events/s"], "more"))
        self.assertEqual(names["start to first process, qemu"], (self.medians["qemu", "start", "to first process"], "less"))

    def test_bencher(self):
        import jsonschema
        found = json.loads(exports.bencher(self.report))
        jsonschema.validate(found, BENCHER)
        self.assertEqual({(name, measure): one["value"] for name, measures in found.items() for measure, one in measures.items()},
                         {(f"{e} {x}", m): value for (e, x, m), value in self.medians.items()})
        one = found["native primes"]["events/s"]
        self.assertTrue(one["lower_value"] < one["value"] < one["upper_value"])

    def test_hostile_names_are_only_names(self):
        import jsonschema
        experiments = [made.experiment(name, metrics=[{"name": name, "unit": name, "value": 5.0, "better": "more"}]) for name in (*NASTY, "", "a\x01", "a\x02")]
        report, _ = report_of([made.document(e, i, experiments) for e in ("native", "docker\n# EOF\n") for i in range(1, 4)])
        names = {sample.labels["experiment"] for sample in self.read(report)["samebits_median"]}
        self.assertLessEqual({NASTY[5], "a\N{REPLACEMENT CHARACTER}"}, names)
        jsonschema.validate(json.loads(exports.bencher(report)), BENCHER)
        jsonschema.validate(json.loads(exports.github(report, "more")), GITHUB)


if __name__ == "__main__":
    unittest.main()
