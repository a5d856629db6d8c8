package local

import (
	"strings"
	"time"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// A plan is what a template's queues, functions and mappings come to on this
// machine, with all values resolved. It is plain data; nothing runs yet.
type plan struct {
	queues    []*queuePlan
	functions []*functionPlan
	mappings  []*mappingPlan
	urls      []urlSource
	// qualified are the aliases and versions that are resources of their own.
	qualified []reference
}

// queuePlan is an AWS::SQS::Queue.
type queuePlan struct {
	id, name   string
	path       cfn.Path
	at         diag.Range
	attributes map[string]string // SQS's names and forms
	deadLetter string            // the name of the queue that its redrive policy leads to
	problems   diag.List
}

// functionPlan is an AWS::Lambda::Function or AWS::Serverless::Function.
type functionPlan struct {
	id, name, handler string
	path              cfn.Path
	at                diag.Range
	properties        *cfn.Node
	problems          diag.List // its program's only where it is needed
	events            []string  // that do not come from queues
	code              code
	codeAt            diag.Range // what says where the code is
	environment       map[string]string
	timeout           time.Duration
	memory            int      // MB
	reserved          int      // concurrent executions; -1 without a limit
	loops             bool     // RecursiveLoop: Allow
	layers            int      // as far as the template tells
	url               *urlPlan // nil without a URL, and for functions that do not run here
	qualifiers        []string // its aliases and versions
}

// mappingPlan is an AWS::Lambda::EventSourceMapping of a queue, or an SQS event
// of a serverless function.
type mappingPlan struct {
	id              string
	path            cfn.Path
	at              diag.Range
	queueARN        string
	functionName    string
	enabled         bool
	batchSize       int
	window          time.Duration
	concurrency     int  // 0 without a limit
	reportsFailures bool // FunctionResponseTypes: ReportBatchItemFailures
	filters         []filter
	problems        diag.List
}

// read makes the plan of a template. The plan holds no more than what could be
// read; it may be used only if the scope has no problems afterwards.
func (s *scope) read(o Options) *plan {
	pl := &plan{}
	resources := s.template.Get("Resources")
	for _, id := range resources.Keys() {
		r, p := resources.Get(id), cfn.Path{"Resources", id}
		if strings.HasPrefix(id, cfn.ForEach) {
			s.readLeftLoop(p, r, o.Functions)
		}
		if r.Kind != cfn.Map || !s.exists(p, r) {
			continue
		}
		switch kind, _ := r.Get("Type").AsString(); kind {
		case queueType:
			pl.queues = append(pl.queues, s.readQueue(p, r))
		case functionType:
			pl.functions = append(pl.functions, s.readFunction(p, r, r.Get("Properties")))
		case serverlessType:
			properties := s.serverlessProperties(r)
			f := s.readFunction(p, r, properties)
			f.events = otherEvents(r)
			pl.functions = append(pl.functions, f)
			pl.mappings = append(pl.mappings, s.readEvents(p, r)...)
			pl.urls = append(pl.urls, s.readOwnURL(p, r, properties)...)
		case urlType:
			pl.urls = append(pl.urls, s.readURL(p, r))
		case aliasType, versionType:
			pl.qualified = append(pl.qualified, s.readQualified(p, kind, r))
		case mappingType:
			if m := s.readMapping(p, r); m != nil {
				pl.mappings = append(pl.mappings, m)
			}
		}
	}
	for _, q := range pl.qualified {
		if f := pl.function(q.name); f != nil {
			f.qualifiers = append(f.qualifiers, q.qualifier)
		}
	}
	for _, f := range pl.needed(o.Functions) {
		f.problems = append(f.problems, s.apart(func() { s.readProgram(f, o) })...)
	}
	s.leaveOut(pl, o.Functions)
	s.configureURLs(pl, pl.needed(o.Functions))
	return pl
}
