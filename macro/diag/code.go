package diag

// Code names a kind of problem, such as STAR012. Codes are never reused or
// renumbered: people search for them. The table in codes.go lists them all.
type Code string
