# Prints the false statements of a release, a line each. release/statements.sh describes the input.

($inputs[0]) as $inputs | ($sbom[0]) as $sbom | ($sums[0]) as $sums | ($owed[0]) as $owed | ($lock[0]) as $lock |
($sums | map({(.file): .sha256}) | add) as $sum |
def statement: . == "sbom.spdx.json" or startswith("SHA256SUMS");
def stated: [.checksums[]? | select(.algorithm == "SHA256") | .checksumValue][0];
($sbom.packages | map({(.name): .}) | add) as $package |

def of_inputs:
	(if $inputs.version != $version then "inputs.json is of version \($inputs.version), the source archive of \($version)" else empty end),
	(if $inputs.identity != $identity then "inputs.json states another identity than rootfs.manifest has" else empty end),
	(if $id != "sha256:" and $inputs.image.id != $id then "inputs.json states another image ID than image.tar has" else empty end),
	($inputs.outputs | to_entries[] | select(.value.sha256 != $sum[.key]) | "inputs.json states another sum of \(.key)"),
	($sums[] | select(.file | statement or . == "inputs.json" or . == "sources.txt" or . == "licences.txt" | not)
		| select($inputs.outputs[.file] == null) | "inputs.json does not name \(.file)"),
	(if $inputs.own.sha256 != $sum[$inputs.own.file] then "inputs.json states another sum of our own source" else empty end),
	($inputs.sources[] | select($lock != null and .how == "locked") | . as $source
		| select(any($lock[]; .file == $source.file and .sha256 == $source.sha256) | not)
		| "inputs.json names \(.file), which the archive's sources.lock does not have with that sum");

def of_sbom:
	(if $sbom.spdxVersion != "SPDX-2.3" or $sbom.dataLicense != "CC0-1.0" or $sbom.SPDXID != "SPDXRef-DOCUMENT"
		or ([$sbom.name, $sbom.documentNamespace, $sbom.creationInfo.created, $sbom.creationInfo.creators[0]] | all(type == "string") | not)
		then "sbom.spdx.json is not an SPDX 2.3 document" else empty end),
	([$sbom.packages[], $sbom.files[]] | group_by(.SPDXID)[] | select(length > 1) | "sbom.spdx.json has two of \(.[0].SPDXID)"),
	([$sbom.packages[], $sbom.files[], $sbom] | map({(.SPDXID): true}) | add) as $known |
	($sbom.relationships[] | .spdxElementId, .relatedSpdxElement | select($known[.] == null)
		| "sbom.spdx.json relates \(.), which is not in it"),
	($sbom.packages[] | select([.name, .versionInfo, .downloadLocation, .licenseDeclared] | all(type == "string") | not)
		| "sbom.spdx.json lacks version, place or licence of \(.name)"),
	($sums[] | select(.file | statement | not) | . as $file
		| select(any($sbom.files[]; .fileName == "./\($file.file)" and stated == $file.sha256) | not)
		| "sbom.spdx.json does not have \(.file) with its sum"),
	($sbom.files[] | .fileName | ltrimstr("./") | select($sum[.] == null) | "sbom.spdx.json has a file \(.), which is not there"),
	($inputs.sources[] | select($package[.file] == null or ($package[.file] | stated) != .sha256)
		| "sbom.spdx.json does not have the source \(.file) with its sum"),
	($inputs.tools[] | select($package[.name] == null or ($package[.name] | stated) != .sha256)
		| "sbom.spdx.json does not have the tool \(.name) with its sum"),
	($inputs.parts[] | .sha256 as $sha256 | select(any($sbom.packages[]; stated == $sha256) | not)
		| "sbom.spdx.json does not have the part \(.name) with its sum"),
	($inputs.sources[] | .source as $source | select(any($sbom.packages[]; .name == $source) | not)
		| "sbom.spdx.json does not have the program \(.source)");

# Each program under the GNU licences: every source file that it is generated from according to the SBOM, or our own files.
def of_sources:
	(if any($owed[]; .program == "samebits" and .sha256 == $inputs.own.sha256) then empty
		else "sources.txt does not list our own source with its sum" end),
	($sbom.packages[] | select(.SPDXID | startswith("SPDXRef-Component-"))
		| select(.licenseDeclared | test("\\bL?GPL") and (contains("GCC-exception") | not))
		| .name as $name | select(any($owed[]; .program == $name) | not) | "sources.txt does not list the source of \($name)"),
	($owed[] | select(.program != "samebits") | select($package[.file] == null or ($package[.file] | stated) != .sha256)
		| "sources.txt states another sum of \(.file) than sbom.spdx.json, or one that it does not have");

of_inputs, of_sbom, of_sources
