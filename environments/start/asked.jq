# Compares the document that came back with what was asked. At most one line, "STATUS WHAT": what differs or is missing.
# Input: all JSON texts of the file, as an array. $run, $environment, $iteration, $status: its fields; $suite: as given to bench;
# $programs: the paths of those that ran; $manifest: the hashes that they have; $along: the hash of the user's programs, if any.

def shown: if . == null then "unstated" else tojson | .[0:80] end;

# bench derives the name of a suite from its file name in the same way.
def suite_name: sub(".*/"; "") | .[0:63] | index(".suite") as $at | if $at and $at + 6 == length then .[0:$at] else . end;

def sum($path): first($manifest | split("\n")[] | split(" ") | select(.[3] == $path) | "sha256:" + .[0]) // "no sum";

({$run, $environment, $iteration, $status, schema: "samebits-result-1", suite: ($suite | suite_name)}) as $asked
| ([$programs | split(" ")[] | {(sub(".*/"; "")): sum(.)}] | add + {rootfs: $rootfs} + if $along == "" then {} else {programs: $along} end) as $identity
| if length != 1 then "5 its document has \(length) JSON texts instead of one"
  elif all(.[0], .[0].identity?, .[0].platform?; type == "object") and (.[0].experiments | type == "array") | not then
	"5 its document has no identity, platform and experiments"
  else .[0] as $document | $document.identity as $states | first(
	($asked | to_entries[] | select($document[.key] != .value)
		| "5 its document has the \(.key) \($document[.key] | shown) instead of \(.value | shown)"),
	($identity | to_entries[] | select($states[.key] != .value) | "6 \(.key) \($states[.key] | shown)"),
	(($states | keys) - ($identity | keys) | select(. != []) | "5 its document has other identities, too: \(shown)"))
  end
