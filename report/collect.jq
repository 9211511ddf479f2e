# Result documents of one run or several (arguments; the directory is the run's name) -> one array in the order of
# $order, each with its `label` (the environment, of several runs with the run's name) and its `sequence` in the run.

# ($type would stand in the way of jq's own type.)
def need($path; $kind):
	if getpath($path) | type == $kind then .
	else error("\(input_filename): \($path | map(tostring) | join(".")) is no \($kind)") end;

def checked:
	need(["environment"]; "string") | need(["iteration"]; "number") | need(["suite"]; "string")
	| need(["identity"]; "object") | need(["platform"]; "object") | need(["experiments"]; "array")
	| reduce range(.experiments | length) as $i (.;
		need(["experiments", $i, "name"]; "string") | need(["experiments", $i, "command"]; "string"));

[inputs | checked | .run = (input_filename | split("/")[-2])] as $documents
| (reduce $documents[].run as $run ([]; if index($run) then . else . + [$run] end)) as $runs
| ($runs | length > 1) as $many
| ($order | split(" ") | map(select(. != ""))) as $order
| [$documents | group_by(.run)[]
	| sort_by(.host.sequence // 1e9, .host.start_utc // "", .iteration)
	| to_entries[] | .key as $place | .value
	| .sequence = (.host.sequence // $place + 1)
	| .label = if $many then "\(.environment)@\(.run)" else .environment end]
| sort_by((.environment as $e | $order | index($e) // 1e9), .environment, (.run as $run | $runs | index($run)), .iteration)
