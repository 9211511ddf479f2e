# Unit tests: those of C are in tests/unit, those of the report in tests/report.
# bats file_tags=quick
# needs: for-unit for-report
load helper

@test "bench" {
	"$OUT/bin/test_bench"
	"$OUT/bin/test_workloads"
}

# Compared with published values and those of other programs.
@test "statistics" {
	"$OUT/bin/test_stats" "$TOP/tests/data/stats"
}

@test "report" {
	/usr/bin/python3 -B -m unittest discover -t . -s tests/report
}
