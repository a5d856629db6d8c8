package query

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxDots is how many dots a name can have, as in
// SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringListValue.1.
const maxDots = 6

// Request returns the JSON protocol's body of a request, which is given as a form
// of valid UTF-8. Parameters that SQS does not have, such as a signature's, are
// skipped. An error is about a parameter that is not well formed.
func Request(action string, form url.Values) ([]byte, error) {
	for name := range form {
		if strings.Count(name, ".") > maxDots {
			return nil, invalid{name, form.Get(name), "No parameter has that many parts"}
		}
	}
	members, err := structure(action, form)
	if err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

type invalid struct{ name, value, reason string }

func (e invalid) Error() string {
	return fmt.Sprintf("Value %s for parameter %s is invalid. Reason: %s.", e.value, e.name, e.reason)
}

func structure(action string, form url.Values) (map[string]any, error) {
	members := map[string]any{}
	for name, part := range parts(form) {
		p, ok := parameters[strings.TrimPrefix(name, action)]
		if !ok {
			continue
		}
		member, err := p.read(action, name, part)
		if err != nil {
			return nil, err
		}
		members[cmp.Or(p.json, name)] = member
	}
	return members, nil
}

// parts are a form's parameters by the first part of their names. If a name has no
// more parts, the rest is empty.
func parts(form url.Values) map[string]url.Values {
	all := map[string]url.Values{}
	for name, values := range form {
		first, rest, _ := strings.Cut(name, ".")
		if all[first] == nil {
			all[first] = url.Values{}
		}
		all[first][rest] = values
	}
	return all
}

func (p parameter) read(action, name string, form url.Values) (any, error) {
	switch p.kind {
	case number:
		n, err := strconv.Atoi(form.Get(""))
		if err != nil {
			return nil, invalid{name, form.Get(""), "Must be an integer"}
		}
		return n, nil
	case list:
		all := []any{}
		for _, element := range numbered(form) {
			v, err := value(action, element)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, nil
	case object:
		all := map[string]any{}
		for _, element := range numbered(form) {
			pair := parts(element)
			v, err := value(action, pair["Value"])
			if err != nil {
				return nil, err
			}
			all[pair[p.key].Get("")] = v
		}
		return all, nil
	default:
		return form.Get(""), nil
	}
}

// numbered are the elements of a list or map in their order. A single one needs no
// number, as in Attribute.Name; SDKs send a single empty string for an empty list.
// https://docs.aws.amazon.com/AWSSimpleQueueService/2009-02-01/APIReference/Query_QuerySetQueueAttributes.html
func numbered(form url.Values) []url.Values {
	all := map[int]url.Values{}
	for name, values := range form {
		first, rest, _ := strings.Cut(name, ".")
		if name == "" && form.Get("") == "" {
			continue
		}
		n, err := strconv.Atoi(first)
		if err != nil {
			rest = name
		}
		if all[n] == nil {
			all[n] = url.Values{}
		}
		all[n][rest] = values
	}
	sorted := make([]url.Values, 0, len(all))
	for _, n := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, all[n])
	}
	return sorted
}

// value is a string, or a structure if it has parts.
func value(action string, form url.Values) (any, error) {
	if len(form) == 0 || form.Has("") {
		return form.Get(""), nil
	}
	return structure(action, form)
}
