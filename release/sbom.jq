# The bill of materials of a release, in SPDX 2.3: input is inputs.json; $components, $lock and the hashes of all $files come
# from variables. Nothing depends on when it is made: its time is the commit's, its name is derived from the hashes.

def id(kind): "SPDXRef-\(kind)-" + gsub("[^A-Za-z0-9.]+"; "-");
def sums: [{algorithm: "SHA1", checksumValue: .sha1}, {algorithm: "SHA256", checksumValue: .sha256}];
def sha256: [{algorithm: "SHA256", checksumValue: .sha256}];
def relation(from; type; to): {spdxElementId: from, relationshipType: type, relatedSpdxElement: to};
def purl(package; version):
	{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl",
		referenceLocator: "pkg:deb/debian/\(package)@\(version | @uri)"};

# Debian's packages built from one source have the source's version, except for rebuilds.
def version_of(name): [.sources[] | select(.source == name) | .version][0];

def unlicensed: {licenseConcluded: "NOASSERTION", licenseDeclared: "NOASSERTION", copyrightText: "NOASSERTION"};

def release: {
	name: "samebits",
	SPDXID: "SPDXRef-samebits",
	versionInfo: .version,
	downloadLocation: "NOASSERTION",
	primaryPackagePurpose: "APPLICATION",
	sourceInfo: "commit \(.revision)",
	filesAnalyzed: true,
	packageVerificationCode: {
		packageVerificationCodeValue: $verification,
		packageVerificationCodeExcludedFiles: ["./sbom.spdx.json", "./SHA256SUMS", "./SHA256SUMS.sig"]
	},
	licenseConcluded: "NOASSERTION",
	licenseDeclared: "MIT",
	licenseInfoFromFiles: ["NOASSERTION"],
	copyrightText: "NOASSERTION",
	comment: "samebits itself is under the MIT licence. The programs it is released with are packages of their own here."
};

def component: . as {$name, $version, $licence, $home, $purpose, $package, $sha256} | {
	name: $name,
	SPDXID: ($name | id("Component")),
	versionInfo: $version,
	supplier: "Organization: Debian",
	downloadLocation: "NOASSERTION",
	homepage: $home,
	filesAnalyzed: false,
	licenseConcluded: $licence,
	licenseDeclared: $licence,
	copyrightText: "NOASSERTION",
	primaryPackagePurpose: $purpose
} + if $package then {externalRefs: [purl($package; $version)]} else {} end
	+ if $sha256 then {checksums: sha256} else {} end;

# With the hash of this file itself.
def source: {
	name: .file,
	SPDXID: (.file | id("Source")),
	versionInfo: .version,
	packageFileName: .file,
	supplier: "Organization: Debian",
	downloadLocation: (([.addresses[] | select(startswith("https://snapshot."))] + .addresses)[0] // "NOASSERTION"),
	filesAnalyzed: false,
	checksums: sha256,
	primaryPackagePurpose: (if .file | endswith(".deb") then "ARCHIVE" else "SOURCE" end)
} + unlicensed;

def tool: {
	name: .name,
	SPDXID: (.name | id("Tool")),
	versionInfo: (.version // "unknown"),
	downloadLocation: "NOASSERTION",
	filesAnalyzed: false,
	checksums: sha256
} + unlicensed + if .package then {externalRefs: [purl(.package; .version)]} else {} end;

def file: {
	fileName: "./\(.file)",
	SPDXID: (.file | id("File")),
	checksums: sums,
	licenseConcluded: "NOASSERTION",
	licenseInfoInFiles: ["NOASSERTION"],
	copyrightText: "NOASSERTION"
};

. as $inputs |
($components | map(. as $c | .version = if .part
	then ($inputs.parts[] | select(.name == $c.part) | .version // "unknown")
	else ($inputs | version_of($c.from[0])) end
	| if .part then . + ($inputs.parts[] | select(.name == $c.part) | {package, sha256}) else . end
	| select(.version))) as $components |
# The source that must be offered, but from which nothing was built here.
([$lock[] | select(.file as $f | all($inputs.sources[]; .file != $f))]) as $further |
{
	spdxVersion: "SPDX-2.3",
	dataLicense: "CC0-1.0",
	SPDXID: "SPDXRef-DOCUMENT",
	name: "samebits-\(.version)",
	documentNamespace: "https://spdx.org/spdxdocs/samebits-\(.version)-\($verification)",
	creationInfo: {
		created: ($time | todate),
		creators: ["Tool: samebits-\(.version)"]
	},
	packages: ([release] + ($components | map(component)) + (.sources + $further | map(source)) + (.tools | map(tool))),
	files: ($files | map(file)),
	relationships: (
		[relation("SPDXRef-DOCUMENT"; "DESCRIBES"; "SPDXRef-samebits")]
		+ [$files[] | relation("SPDXRef-samebits"; "CONTAINS"; .file | id("File"))]
		+ [$components[] | .name as $name | .inside[] | relation(id("File"); "CONTAINS"; $name | id("Component"))]
		+ [$components[] | .name as $name | (.from // [])[] as $from | $inputs.sources[] | select(.source == $from)
			| relation($name | id("Component"); "GENERATED_FROM"; .file | id("Source"))]
		+ [$components[] | .name as $name | .owed[] as $from | $further[] | select(.source == $from)
			| relation($name | id("Component"); "GENERATED_FROM"; .file | id("Source"))]
		+ [.tools[] | relation(.name | id("Tool"); "BUILD_TOOL_OF"; "SPDXRef-samebits")])
}
