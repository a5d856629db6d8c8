package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// parseInput reads the input of the generate function: an object with step and data,
// and optionally delay (in seconds) and group, or a list of such objects. With a
// default step, an input that names no step is the data of that step.
func parseInput(input []byte, defaultStep string) ([]Invocation, error) {
	input = bytes.TrimSpace(input)
	if !json.Valid(input) {
		return nil, errors.New("invalid input: it is not JSON (allowed: " + inputForm + ")")
	}
	objects, isList := objectsOf(input)
	named := 0
	for _, o := range objects {
		if _, ok := o["step"]; ok {
			named++
		}
	}
	if named == 0 && defaultStep != "" && !(isList && len(objects) == 0) {
		return []Invocation{{Step: defaultStep, Data: json.RawMessage(bytes.Clone(input))}}, nil
	}
	if objects == nil {
		return nil, errors.New("invalid input: it names no step (allowed: " + inputForm + "); name a step, or set the job's Generate.DefaultStep")
	}
	invocations := make([]Invocation, len(objects))
	var faults []error
	for i, o := range objects {
		var err error
		if invocations[i], err = invocationOf(o); err != nil {
			if isList {
				err = fmt.Errorf("item %d: %w", i, err)
			}
			faults = append(faults, err)
		}
	}
	return invocations, errors.Join(faults...)
}

const inputForm = `{"step": "…", "data": …} or a list of these`

type object = map[string]json.RawMessage

// objectsOf returns the object, or the objects of a list. It returns nil for any
// other input.
func objectsOf(input []byte) (objects []object, isList bool) {
	switch input[0] {
	case '{':
		var o object
		if json.Unmarshal(input, &o) == nil {
			return []object{o}, false
		}
	case '[':
		objects = []object{}
		if json.Unmarshal(input, &objects) == nil {
			return objects, true
		}
	}
	return nil, false
}

var inputKeys = []string{"data", "delay", "group", "step"}

func invocationOf(o object) (Invocation, error) {
	i := Invocation{Data: json.RawMessage("null")}
	var faults []error
	if err := json.Unmarshal(o["step"], &i.Step); err != nil || i.Step == "" {
		faults = append(faults, errors.New("step is missing or not a string (allowed: "+inputForm+")"))
	}
	if data, ok := o["data"]; ok {
		i.Data = data
	}
	var delay float64
	if raw, ok := o["delay"]; ok && json.Unmarshal(raw, &delay) != nil {
		faults = append(faults, fmt.Errorf("delay is %s (allowed: a number of seconds)", raw))
	}
	i.Delay = time.Duration(min(max(delay, -1), 1e6) * float64(time.Second)) // generate checks the bounds
	if raw, ok := o["group"]; ok && json.Unmarshal(raw, &i.Group) != nil {
		faults = append(faults, fmt.Errorf("group is %s (allowed: a string)", raw))
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(inputKeys, key) {
			faults = append(faults, fmt.Errorf("unknown key %q (allowed: %s)", key, strings.Join(inputKeys, ", ")))
		}
	}
	return i, errors.Join(faults...)
}
