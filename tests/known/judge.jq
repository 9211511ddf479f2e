# report.json -> a line "right: …" or "wrong: …" for one line of truths: $experiment, $family, $a, $b, $verdicts, $ratio; $work: the
# ratio of the work.
def reaches($true): .interval and .interval[0] / 1.03 <= $true and $true <= .interval[1] * 1.03;

def shown: if . then "\(.verdict) \(.ratio * 1000 | round / 1000) \((.interval // []) | map(. * 1000 | round / 1000))" else "nothing" end;

([.comparisons[] | select(.experiment == $experiment and .family == $family and .a == $a and .b == $b)][0]) as $found
| (if $ratio == "work" then $work elif $ratio == "-" then null else $ratio | tonumber end) as $true
| (if $found == null then "wrong" elif $found.verdict | IN($verdicts | split("|")[]) | not then "wrong"
	elif $true == null then "right" elif $found | reaches($true) then "right" else "wrong" end)
+ ": \($report): \($experiment), \($family): \($a) to \($b): \($found | shown); true: \($verdicts)" + (if $true then " \($true)" else "" end)
