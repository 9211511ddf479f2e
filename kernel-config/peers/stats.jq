# Completed boots -> the input of out/bin/stats: each row next to ours on microvm. A hung boot has no time.
def ended: select((.hung | not) and (.init_ms or .status == 3));

[.[] | ended] as $boots
| {rows: [$boots[] | {experiment: "boot", unit: "ms", better: "less", family: "primary", environment: .row, iteration, sequence}
	+ ({metric: "start to gone", value: .gone_ms}, (select(.init_ms) | {metric: "start to init", value: .init_ms, family: "other"}))],
   histograms: [],
   pairs: [[$boots[].row] | unique | select(index("ours-microvm")) | .[] | select(. != "ours-microvm") | ["ours-microvm", .]],
   alpha: 0.05, margin: 0.03, paired: false}
