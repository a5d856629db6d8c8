package cfn

import (
	"fmt"
	"slices"

	"github.com/serverless-star/starjob/macro/diag"
)

// indexed is the size from which a map's keys get an index while it is read:
// looking through all of them for each would take the square of their number.
const indexed = 16

// slot returns the index of a new entry with the key, or of the one that has the
// key already, which it reports.
func (r *jsonReader) slot(parent *Node, key string, place diag.Range) int {
	if i := r.find(parent, key); i >= 0 {
		r.list = append(r.list, duplicate(r.path(), key, parent.Entries[i].KeyRange, place))
		parent.Entries[i].KeyRange = place
		return i
	}
	i := len(parent.Entries)
	parent.Entries = append(parent.Entries, Entry{Key: key, KeyRange: place})
	if index := r.keys[parent]; index != nil {
		index[key] = i
	}
	return i
}

func (r *jsonReader) find(parent *Node, key string) int {
	if len(parent.Entries) < indexed {
		return parent.index(key)
	}
	index := r.keys[parent]
	if index == nil {
		index = make(map[string]int, 4*indexed)
		for i, e := range parent.Entries {
			index[e.Key] = i
		}
		if r.keys == nil {
			r.keys = map[*Node]map[string]int{}
		}
		r.keys[parent] = index
	}
	if i, ok := index[key]; ok {
		return i
	}
	return -1
}

// duplicate reports the second of two equal keys of the map that path leads to.
func duplicate(path, key string, first, second diag.Range) diag.Diagnostic {
	problem := fmt.Sprintf("the key %s is here twice", key)
	if !first.IsZero() {
		problem = fmt.Sprintf("the key %s is here a second time; the first is in line %d", key, first.Start.Line)
	}
	return diag.Diagnostic{
		Code: diag.DuplicateKey, Path: join(path, key), Range: second, Problem: problem,
		Fix: "remove one of them, or give it another name",
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// path leads to the innermost list or map that is open. Nobody follows a path of
// more than a hundred steps, which is left out.
func (r *jsonReader) path() string {
	if len(r.open) > 100 {
		return ""
	}
	var p Path
	for i, parent := range r.open[:max(0, len(r.open)-1)] {
		child := r.open[i+1]
		if parent.Kind == Map {
			at := slices.IndexFunc(parent.Entries, func(e Entry) bool { return e.Value == child })
			p = p.Key(parent.Entries[at].Key)
		} else {
			p = p.Index(slices.Index(parent.Items, child))
		}
	}
	return p.String()
}
