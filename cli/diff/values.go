package diff

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// changedValues lists the values that differ below a path, in the order of the
// old tree and then of the new one. Lists of the same length are compared item by
// item.
func changedValues(path string, old, updated *cfn.Node) []string {
	if old.Equal(updated) {
		return nil
	}
	_, _, oldCall := old.Intrinsic()
	_, _, newCall := updated.Intrinsic()
	switch {
	case old == nil:
		return []string{pathPrefix(path) + abbreviate(updated) + " is added"}
	case updated == nil:
		return []string{pathPrefix(path) + abbreviate(old) + " is removed"}
	case old.Kind == cfn.Map && updated.Kind == cfn.Map && !oldCall && !newCall:
		return changedEntries(path, old, updated)
	case old.Kind == cfn.List && updated.Kind == cfn.List && len(old.Items) == len(updated.Items):
		var all []string
		for i, item := range old.Items {
			all = append(all, changedValues(join(path, fmt.Sprint(i)), item, updated.Items[i])...)
		}
		return all
	}
	return []string{pathPrefix(path) + "from " + abbreviate(old) + " to " + abbreviate(updated)}
}

func changedEntries(path string, old, updated *cfn.Node) []string {
	var all []string
	for _, e := range old.Entries {
		all = append(all, changedValues(join(path, e.Key), e.Value, updated.Get(e.Key))...)
	}
	for _, e := range updated.Entries {
		if !old.Has(e.Key) {
			all = append(all, changedValues(join(path, e.Key), nil, e.Value)...)
		}
	}
	return all
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func pathPrefix(path string) string {
	if path == "" {
		return ""
	}
	return path + " "
}

// maxValueLength bounds a value in a detail, in characters.
const maxValueLength = 72

// abbreviate returns a value on one line, with intrinsic functions in YAML's short
// form, cut to maxValueLength.
func abbreviate(n *cfn.Node) string {
	value := strings.TrimSuffix(string(cfn.EncodeJSON(n)), "\n")
	if name, ok := n.AsRef(); ok {
		value = "!Ref " + name
	} else if id, attribute, ok := n.AsGetAtt(); ok {
		value = "!GetAtt " + id + "." + attribute
	} else if call, argument, _ := n.Intrinsic(); call == "Fn::Sub" && argument.Kind == cfn.String {
		value = "!Sub " + argument.Text
	}
	if runes := []rune(value); len(runes) > maxValueLength {
		value = string(runes[:maxValueLength-1]) + "…"
	}
	return value
}
