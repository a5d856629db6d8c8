// Package plan turns an expanded template into a plan of what to run locally: its
// queues, functions, event source mappings and function URLs, with all values
// resolved. A plan is plain data; nothing runs. Outside the template, the package
// checks only whether a function's code exists. Resources that star run does not
// support are skipped with a note if the rest works without them; otherwise they are
// problems. [New] is where to start reading.
package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Options are the inputs of a plan in addition to its template.
type Options struct {
	// Location is what pseudo parameters, ARNs and URLs say.
	Location resolve.Location
	// Parameters are the values of the template's parameters; see
	// [resolve.Parameters].
	Parameters map[string]*cfn.Node
	// Dir is the template's folder: relative paths of code start there.
	Dir string
	// Environment overrides variables of all functions.
	Environment map[string]string
	// Required are the logical IDs of functions that must run, in addition to those
	// of enabled event source mappings. With any, resources that none of these
	// functions uses are skipped if they cannot run.
	Required []string
	// Wrappers are the values of AWS_LAMBDA_EXEC_WRAPPER that can run.
	Wrappers []string
}

// A Plan holds the queues, functions and event source mappings to run locally.
type Plan struct {
	// Queues has dead-letter queues before their source queues.
	Queues []*Queue
	// Functions are all functions of the template; see Function.Runs.
	Functions []*Function
	// Mappings are the event source mappings that are not skipped.
	Mappings []*Mapping
	// Notes tell a person what is skipped, and what differs from AWS.
	Notes []string

	urls       []urlSource
	qualifiers []arn.Function // of aliases and versions that are resources
}

// New makes the plan of a template whose macros are expanded. A plan with
// problems must not be run.
func New(template *cfn.Node, o Options) (*Plan, diag.List) {
	t := resolve.New(template, o.Parameters, o.Location)
	pl := &Plan{}
	pl.read(t, o)
	pl.link()
	for _, f := range pl.needed(o.Required) {
		f.problems = append(f.problems, t.Collect(func() { readProgram(t, f, o) })...)
	}
	skip(t, pl, o.Required)
	for _, f := range pl.needed(o.Required) {
		f.Runs = true
	}
	configureURLs(t, pl)
	check(t, pl)
	pl.Queues = order(pl.Queues)
	return pl, t.Problems()
}

// read reads the resources, except for the programs of functions. It reads as
// much of them as can be resolved.
func (pl *Plan) read(t *resolve.Template, o Options) {
	resources := t.Resources()
	for _, id := range resources.Keys() {
		r, p := resources.Get(id), cfn.Path{"Resources", id}
		if strings.HasPrefix(id, cfn.ForEach) {
			pl.Notes = append(pl.Notes, reportLoop(t, p, r, o.Required)...)
		}
		if r.Kind != cfn.Map || !t.Exists(p, r) {
			continue
		}
		switch kind := r.ResourceType(); kind {
		case cfn.TypeQueue:
			pl.Queues = append(pl.Queues, readQueue(t, p, r))
		case cfn.TypeFunction:
			pl.Functions = append(pl.Functions, readFunction(t, p, r, r.Get("Properties")))
		case cfn.TypeServerlessFunction:
			properties := t.ServerlessProperties(r)
			f := readFunction(t, p, r, properties)
			f.events = otherEvents(r)
			pl.Functions = append(pl.Functions, f)
			pl.Mappings = append(pl.Mappings, readEvents(t, p, r)...)
			pl.urls = append(pl.urls, readOwnURL(t, p, r, properties)...)
		case cfn.TypeFunctionURL:
			pl.urls = append(pl.urls, readURL(t, p, r))
		case cfn.TypeFunctionAlias, cfn.TypeFunctionVersion:
			pl.qualifiers = append(pl.qualifiers, t.Qualified(p, kind, r))
		case cfn.TypeEventSourceMapping:
			if m := readMapping(t, p, r); m != nil {
				pl.Mappings = append(pl.Mappings, m)
			}
		}
	}
}

// link connects the parts of a plan by the names in the template.
func (pl *Plan) link() {
	for _, q := range pl.qualifiers {
		if f := pl.Function(q.Name); f != nil {
			f.Qualifiers = append(f.Qualifiers, q.Qualifier)
		}
	}
	for _, m := range pl.Mappings {
		m.Function = pl.Function(m.FunctionName)
		m.Queue = pl.queue(arn.Name(m.QueueARN))
	}
}

// needed returns the required functions and those of enabled event source
// mappings.
func (pl *Plan) needed(required []string) []*Function {
	var needed []*Function
	for _, f := range pl.Functions {
		if slices.Contains(required, f.ID) || slices.Contains(required, f.Name) || slices.ContainsFunc(pl.Mappings, func(m *Mapping) bool {
			return m.Enabled && (m.FunctionName == f.Name || m.FunctionName == f.ID)
		}) {
			needed = append(needed, f)
		}
	}
	return needed
}

// Running returns the functions that run locally.
func (pl *Plan) Running() []*Function {
	var running []*Function
	for _, f := range pl.Functions {
		if f.Runs {
			running = append(running, f)
		}
	}
	return running
}

// Function finds a function of the template by its name; nil if there is none.
func (pl *Plan) Function(name string) *Function {
	for _, f := range pl.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// queue finds a queue by its name; nil if there is none.
func (pl *Plan) queue(name string) *Queue {
	for _, q := range pl.Queues {
		if q.Name == name && name != "" {
			return q
		}
	}
	return nil
}
