# What stats reads -> tidy CSV: a line for each figure.
["environment", "iteration", "sequence", "experiment", "metric", "unit", "better", "value"] as $columns
| ($columns, (.rows[] | [.[$columns[]]])) | @csv
