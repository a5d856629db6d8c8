package cfn

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/macro/diag"
)

// duplicate reports the second of two equal keys in the map at path.
func duplicate(path, key string, first, second diag.Range) diag.Diagnostic {
	problem := fmt.Sprintf("%s appears twice", key)
	if !first.IsZero() {
		problem = fmt.Sprintf("%s appears again; the first is on line %d", key, first.Start.Line)
	}
	return diag.Diagnostic{
		Code: diag.DuplicateKey, Path: joinPath(path, key), Range: second, Problem: problem,
		Fix: "remove or rename one of them",
	}
}

// joinPath appends a key to a path that is already a string.
func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// syntax reports source that cannot be read.
func syntax(place diag.Range, problem, fix string) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.Syntax, Range: place, Problem: problem, Fix: fix}
}

// unreadable reports the character at an offset. Everything before the offset
// must be valid UTF-8.
func unreadable(text string, at int, problem, fix string) diag.Diagnostic {
	start := placeOf(text, at)
	return syntax(diag.Range{Start: start, End: diag.Pos{Line: start.Line, Column: start.Column + 1}}, problem, fix)
}

// placeOf finds the position of an offset by reading all of the text before it.
func placeOf(text string, at int) diag.Pos {
	before := strings.ReplaceAll(text[:at], "\r\n", " \n")
	before = strings.ReplaceAll(before, "\r", "\n")
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return diag.Pos{Line: int32(strings.Count(before, "\n") + 1), Column: int32(utf8.RuneCountInString(line) + 1)}
}
