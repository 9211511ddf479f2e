# docs/kernel.md, from perceptible.table ($table) and the options of three kernels ($ours, $stock, $cloud).

# Built in or as a module: both run the same.
def same($a; $b): ($a | sub("^m$"; "y")) == ($b | sub("^m$"; "y"));

def row:
	. as [$concern, $names, $effect, $why] | ($names | split("|")[0]) as $name
	| {concern: $concern, $name, $effect, $why, ours: $ours[0][$name], stock: $stock[0][$name], cloud: $cloud[0][$name]}
	| if same(.ours; .stock) and .why != "-" then error("\($name) is the same as Debian's; remove its reason")
	  elif (same(.ours; .stock) | not) and .why == "-" then error("\($name) differs from Debian's; give the reason")
	  else . end;

def shown: if . == "n" then "–" else . end;

# Each row must be readable without the row before.
def spelled_out:
	reduce .[] as $row ([]; .[-1] as $before | . + [reduce ("effect", "why") as $column ($row;
		if .[$column] == "the same" then .[$column] = $before[$column] else . end)]);

[$table | split("\n")[] | select(test("^(#|$)") | not) | [splits("  +")] | row] | spelled_out as $rows
| ([$rows[] | select(.why != "-")] | length) as $differing
| "# Kernel options that affect benchmarks
",
"The guest's kernel is small because it leaves out what the guest does not have: drivers, file systems, protocols. Options that
can affect a benchmark are set as in Debian: of these \($rows | length) options \($differing) differ. The \"Debian\" columns are the
kernels linux-image-amd64 and linux-image-cloud-amd64 of the same source, \($version). `y` means built in, `m` a module, `–` off
or unknown to this version. Mitigations have their defaults: nothing on the kernel's command line disables them.
",
"Every result document has these options of the kernel that it was measured on (`host.kernel_options`), if they are
known. The report names those that differ between environments, by the headings below.
",
"This file is made by `make docs/kernel.md` from [perceptible.table](../kernel-config/perceptible.table) and the kernels' configurations.",
(reduce $rows[] as $row ([]; if any(.[]; . == $row.concern) then . else . + [$row.concern] end)
| .[] | . as $concern
	| "
## \(.[:1] | ascii_upcase)\(.[1:])

| option | ours | Debian | Debian cloud | affects | why ours differs |
| --- | --- | --- | --- | --- | --- |",
	($rows[] | select(.concern == $concern)
		| "| \(.name) | \(.ours | shown) | \(.stock | shown) | \(.cloud | shown) | \(.effect) | \(.why | sub("^-$"; "")) |"))
