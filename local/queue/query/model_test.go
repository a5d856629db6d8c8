package query

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// model is the part of AWS's description of SQS with the names of members on the
// wire.
type model struct {
	Operations map[string]struct{ Input, Output member }
	Shapes     map[string]shape
}

type shape struct {
	member
	Type       string
	Members    map[string]member
	Member     member
	Key, Value member
}

type member struct{ Shape, LocationName string }

// TestTablesAreTheModel compares the tables with the description in botocore while it
// used the Query protocol.
func TestTablesAreTheModel(t *testing.T) {
	path := os.Getenv("STARJOB_TEST_SQS_MODEL")
	if path == "" {
		t.Skip("STARJOB_TEST_SQS_MODEL is not set")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m model
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	for _, unsupported := range []string{"AddPermission", "RemovePermission"} {
		delete(m.Operations, unsupported)
	}
	inputs, outputs := map[string]parameter{}, map[string]element{}
	for action, o := range m.Operations {
		m.walk(o.Input.Shape, func(json, wire string, s shape) {
			p := parameter{kinds[s.Type], json, s.Key.LocationName}
			wire = strings.TrimPrefix(wire, action)
			if p.json == wire {
				p.json = ""
			}
			if p.json == "tags" {
				p.json = "Tags"
			}
			inputs[wire] = p
		})
		m.walk(o.Output.Shape, func(json, wire string, s shape) {
			if rest, ok := strings.CutPrefix(wire, action); ok {
				wire = "*" + rest
			}
			if k := kinds[s.Type]; k == list || k == object {
				outputs[json] = element{wire, s.Key.LocationName}
			}
		})
	}
	// Newer than the description.
	inputs["MessageSystemAttributeName"] = parameter{list, "MessageSystemAttributeNames", ""}
	// Only in a client's version of the description.
	inputs["Tags"] = parameter{object, "", "Key"}
	// No message has these, because SQS refuses them.
	delete(outputs, "StringListValues")
	delete(outputs, "BinaryListValues")
	same(t, parameters, inputs)
	same(t, elements, outputs)
}

var kinds = map[string]kind{"integer": number, "list": list, "map": object}

// walk visits the members of a structure, and those of their elements and
// values, with their names in JSON and on the wire.
func (m model) walk(name string, visit func(json, wire string, s shape)) {
	for json, member := range m.Shapes[name].Members {
		s := m.Shapes[member.Shape]
		wire := json
		for _, other := range []string{s.LocationName, member.LocationName, s.Member.LocationName} {
			if other != "" {
				wire = other
			}
		}
		if s.Type != "structure" {
			visit(json, wire, s)
		}
		for _, inner := range []string{s.Member.Shape, s.Value.Shape} {
			if inner != "" {
				m.walk(inner, visit)
			}
		}
	}
}

func same[V any](t *testing.T, got, want map[string]V) {
	t.Helper()
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s is %+v, want %+v", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is in no action", name)
		}
	}
}
