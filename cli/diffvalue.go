package cli

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// changed lists the values that differ below a path, in the order of the old
// tree and then of the new one. Lists of the same length are compared item by
// item.
func changed(path string, old, fresh *cfn.Node) []string {
	if old.Equal(fresh) {
		return nil
	}
	_, _, oldCall := old.Intrinsic()
	_, _, freshCall := fresh.Intrinsic()
	switch {
	case old == nil:
		return []string{prefix(path) + shown(fresh) + " is new"}
	case fresh == nil:
		return []string{prefix(path) + shown(old) + " is gone"}
	case old.Kind == cfn.Map && fresh.Kind == cfn.Map && !oldCall && !freshCall:
		return changedEntries(path, old, fresh)
	case old.Kind == cfn.List && fresh.Kind == cfn.List && len(old.Items) == len(fresh.Items):
		var all []string
		for i, item := range old.Items {
			all = append(all, changed(below(path, fmt.Sprint(i)), item, fresh.Items[i])...)
		}
		return all
	}
	return []string{prefix(path) + "from " + shown(old) + " to " + shown(fresh)}
}

func changedEntries(path string, old, fresh *cfn.Node) []string {
	var all []string
	for _, e := range old.Entries {
		all = append(all, changed(below(path, e.Key), e.Value, fresh.Get(e.Key))...)
	}
	for _, e := range fresh.Entries {
		if !old.Has(e.Key) {
			all = append(all, changed(below(path, e.Key), nil, e.Value)...)
		}
	}
	return all
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func prefix(path string) string {
	if path == "" {
		return ""
	}
	return path + " "
}

// mostShown bounds a value in a difference, in characters.
const mostShown = 72

// shown is a value in one line, as a template would have it in short.
func shown(n *cfn.Node) string {
	text := strings.TrimSuffix(string(cfn.EncodeJSON(n)), "\n")
	if name, ok := n.AsRef(); ok {
		text = "!Ref " + name
	} else if id, attribute, ok := n.AsGetAtt(); ok {
		text = "!GetAtt " + id + "." + attribute
	} else if call, argument, _ := n.Intrinsic(); call == "Fn::Sub" && argument.Kind == cfn.String {
		text = "!Sub " + argument.Text
	}
	if runes := []rune(text); len(runes) > mostShown {
		text = string(runes[:mostShown-1]) + "…"
	}
	return text
}
