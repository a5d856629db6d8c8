// Package graph draws the jobs of a template as a Mermaid flowchart: what starts
// them, their steps, and where items and dead letters go. It is pure: the same
// template gives the same text, byte for byte. It evaluates nothing and ignores
// Conditions, so the flowchart shows everything that the template could deploy.
// Start reading at [Draw].
package graph

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// Draw returns the flowchart of the given jobs, which are some or all of the jobs
// of the expanded template. The source is the template before its expansion: only
// it says which steps set Generates. Where the source is an expansion itself, a
// step that may generate items for all steps counts as one that doesn't.
func Draw(source *cfn.Node, expanded expand.Result, jobs []expand.Job) string {
	d := &drawing{
		resources: expanded.Template.Get("Resources"),
		all:       expanded.Jobs,
		targets:   map[string]target{},
		added:     map[string]bool{},
		started:   map[string]bool{},
	}
	frames, flows := make([]*frame, len(jobs)), make([]flow, len(jobs))
	for i, job := range jobs {
		flows[i] = newFlow(source, d.resources, job)
		frames[i] = d.frame(job, flows[i])
	}
	for _, job := range jobs {
		d.events(job)
	}
	d.senders()
	for i, job := range jobs {
		d.person(job, flows[i])
		d.items(job, flows[i])
	}
	d.chart.frames = frames
	if len(frames) == 1 { // a frame around everything would say nothing
		d.chart.nodes = append(d.chart.nodes, frames[0].nodes...)
		d.chart.frames = frames[0].frames
	}
	return d.chart.String()
}

// drawing is a flowchart in the making.
type drawing struct {
	chart     chart
	resources *cfn.Node    // of the expanded template
	all       []expand.Job // of the template, drawn or not

	targets map[string]target // by logical ID
	started map[string]bool   // targets that something outside their job starts
	added   map[string]bool   // nodes, by identifier
}

// target is a function or a queue of a drawn job, which something outside the job
// may invoke or send to.
type target struct {
	job   string
	queue bool
}

// inside adds a node to a frame.
func (d *drawing) inside(f *frame, n node) {
	d.added[n.id] = true
	f.nodes = append(f.nodes, n)
}

// outside adds a node that belongs to no job, unless it exists.
func (d *drawing) outside(n node) {
	if !d.added[n.id] {
		d.added[n.id] = true
		d.chart.nodes = append(d.chart.nodes, n)
	}
}

func (d *drawing) connect(e edge) { d.chart.edges = append(d.chart.edges, e) }

// frame returns the frame around a job's functions and queues, and makes them
// targets.
func (d *drawing) frame(job expand.Job, f flow) *frame {
	all := &frame{id: "job_" + identifier(job.LogicalID), title: job.LogicalID}
	unrestricted := &frame{id: "any_" + identifier(job.LogicalID), title: "each may generate for any step"}
	if id := job.GenerateFunction; id != "" {
		d.targets[id] = target{job: job.LogicalID}
		d.inside(all, node{identifier(id), "generate", generateNode})
	}
	for _, s := range f.steps {
		d.targets[s.Queue] = target{job.LogicalID, true}
		d.targets[s.Function] = target{job: job.LogicalID}
		into := all
		if f.framed && !s.declared {
			into = unrestricted
		}
		d.inside(into, node{identifier(s.Queue), s.Name + d.fifo(s.Queue) + " queue", queueNode})
		d.inside(into, node{identifier(s.Function), s.Name, stepNode})
		if s.ownsDeadLetterQueue() {
			d.inside(into, node{identifier(s.DeadLetterQueue), "dead letters", deadNode})
		}
	}
	if len(unrestricted.nodes) > 0 {
		all.frames = append(all.frames, unrestricted)
	}
	return all
}

// fifo marks FIFO queues. The macro has already removed a FifoQueue that it knows
// to be false.
func (d *drawing) fifo(queue string) string {
	if n := d.resources.At(queue, "Properties", "FifoQueue"); n.IsNothing() || n.Text == "false" {
		return ""
	}
	return " FIFO"
}

// person adds the person who starts a job that nothing else starts.
func (d *drawing) person(job expand.Job, f flow) {
	you := node{"you", "you", personNode}
	if id := job.GenerateFunction; id != "" {
		if !d.started[id] {
			d.outside(you)
			d.connect(edge{from: you.id, to: identifier(id), label: "aws lambda invoke"})
		}
		return
	}
	for id := range d.started {
		if d.targets[id].job == job.LogicalID {
			return
		}
	}
	d.outside(you)
	for _, i := range f.starts("") {
		d.connect(edge{from: you.id, to: identifier(f.steps[i].Queue), label: "aws sqs send-message"})
	}
}

// items connects what a job's items pass through: the generate function, each
// step's queue and function, and the dead-letter queues.
func (d *drawing) items(job expand.Job, f flow) {
	if id := job.GenerateFunction; id != "" {
		for _, i := range f.starts(job.DefaultStep) {
			d.connect(edge{from: identifier(id), to: identifier(f.steps[i].Queue)})
		}
	}
	for i, s := range f.steps {
		queue, function := identifier(s.Queue), identifier(s.Function)
		d.connect(edge{from: queue, to: function})
		if dead := d.deadLetterQueue(s); dead != "" {
			d.connect(edge{from: queue, to: dead, dashed: true})
		}
		for _, to := range f.edges(i) {
			e := edge{from: function, to: identifier(f.steps[to].Queue)}
			if !s.declared {
				e.label, e.dashed = "may generate", true
			}
			d.connect(e)
		}
	}
}

// deadLetterQueue returns the identifier of the node for a step's dead-letter
// queue, and adds the node if it is in no job. It returns "" if the step has no such
// queue.
func (d *drawing) deadLetterQueue(s step) string {
	n := node{"dead_" + identifier(s.Queue), "dead letters", deadNode}
	if id := s.DeadLetterQueue; id != "" {
		if d.added[identifier(id)] { // StarJob's, or a step's queue
			return identifier(id)
		}
		n = node{"resource_" + identifier(id), id + d.fifo(id) + " dead letters", deadNode}
	} else {
		policy := d.resources.At(s.Queue, "Properties", "RedrivePolicy")
		if policy.IsAlwaysNothing() {
			return ""
		}
		if name := nameOf(policy.Get("deadLetterTargetArn"), ""); name != "" {
			n.label = name + " dead letters"
		}
	}
	d.outside(n)
	return n.id
}

// nameOf returns what a value refers to, in short: a string, or the end of one
// that is an ARN; or the logical ID or the parameter that the value refers to. It
// returns otherwise for all else.
func nameOf(n *cfn.Node, otherwise string) string {
	if s, ok := n.AsString(); ok && s != "" {
		if strings.HasPrefix(s, "arn:") {
			return s[strings.LastIndexByte(s, ':')+1:]
		}
		return s
	}
	if id, ok := n.AsRef(); ok {
		return id
	}
	if id, _, ok := n.AsGetAtt(); ok {
		return id
	}
	return otherwise
}
