# How each C file is compiled, as clangd reads it: of the command lines that make prints, the first for each file.
[inputs
	| select(test("^[^ ]*(gcc|clang) .*[.]c( |$)"))
	| split(" && ")[0] | gsub("\\$\\([^)]*\\)| -o [^ ]+"; "")
	| [splits(" +") | select(. != "" and (endswith(".o") | not))]
	| [.[] | select(endswith(".c"))] as $files
	| (. - $files) as $others
	| $files[] | {directory: $directory, file: ., arguments: ($others + [.])}]
| reduce .[] as $entry ({}; .[$entry.file] //= $entry)
| [.[]]
