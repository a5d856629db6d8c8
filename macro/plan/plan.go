// Package plan decides everything about the jobs of a template that several of
// the resources depend on which come out of them: names, logical IDs, queues and
// where dead letters go, functions with their roles, layers and environments, and
// what references to a job resolve to. It decides on the safe side where only
// CloudFormation can know a value.
//
// A plan is plain data. Planning reports nothing, which is what package check
// does, and writes no resources, which is what package expand does. Start reading
// at [New].
package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Source is what a plan is made from.
type Source struct {
	// Template is the input. Nobody changes it.
	Template *cfn.Node
	// Values are what is known of the template's values.
	Values cfn.Values
}

// TypeOf returns the type of a resource of the template; empty if there is none.
func (s Source) TypeOf(logicalID string) string {
	return s.Template.At("Resources", logicalID).ResourceType()
}

// Plan is what comes out of the jobs of a template. Some of its nodes are the
// template's own, so what is put into a result is cloned first.
type Plan struct {
	Source
	Jobs []*Job // in the template's order
	// Queues are all queues of the result by their logical IDs: the jobs', and
	// those that the template has of its own.
	Queues map[string]*Queue
	// Prototypes are the jobs by the logical IDs of their prototypes; the first
	// where several jobs share one. Prototypes are not in the result.
	Prototypes map[string]*Job
	// Layer is the ARN of StarJob's layer, or a dynamic reference to it.
	Layer string
}

// Job is a job with everything decided.
type Job struct {
	// Model is the job with references to jobs resolved. Its Resource has the
	// attributes of the resource and no Properties.
	Model *job.Job
	// Attributes are what references to the job resolve to.
	Attributes *Attributes
	Serverless bool // the functions are for AWS SAM to translate
	// Globals are the properties that SAM lays under those of the functions; nil
	// for none.
	Globals *cfn.Node
	Steps   []*Step
	// Generate is the generate function; nil if the job has none.
	Generate *Function
	// SharedHandler is the Handler that all functions begin with, as far as it is
	// known; HasSharedHandler reports whether there is one.
	SharedHandler    string
	HasSharedHandler bool
	// PrototypeRole is the logical ID of the role that SAM seems to have made for
	// the prototype before StarJob ran; empty if it made none.
	PrototypeRole string
}

// Base are the properties that all functions of the job begin with: those of its
// base function, called the prototype, or those that the job writes out. It is nil
// for none.
func (j *Job) Base() *cfn.Node {
	if j.Model.PrototypeResource != nil {
		return j.Model.PrototypeResource.Get("Properties")
	}
	return j.Model.Inline
}

// Functions are the functions of the steps in order, and the generate function
// after them.
func (j *Job) Functions() []*Function {
	var all []*Function
	for _, s := range j.Steps {
		all = append(all, s.Function)
	}
	if j.Generate != nil {
		all = append(all, j.Generate)
	}
	return all
}

// ExampleStep is the name of a step for use in a message.
func (j *Job) ExampleStep() string {
	if len(j.Steps) == 0 {
		return "<step>"
	}
	return j.Steps[0].Model.Name
}

// Step is a step with its queues and its function.
type Step struct {
	Model         *job.Step // with references to jobs resolved
	Queue         *Queue
	DeadLetters   DeadLetters
	Function      *Function
	EventSourceID string // logical ID of the event source mapping
	// Window is the batching window in seconds. One that is not known counts as
	// the longest.
	Window int
	// Visibility is the visibility timeout in seconds, unless the user gives one.
	Visibility int
}

// Queue is a queue of the result.
type Queue struct {
	LogicalID string
	// Properties are those that the user gives, with the name that follows from
	// the job's Name; nil for none.
	Properties *cfn.Node
	FIFO       bool
	// Short reports that the queue's name follows from the job's Name and the
	// step's, so that functions find it without its URL.
	Short bool
	// Entry is a step's queue in a function's list of queues, for Fn::Sub; empty
	// for a queue that is not a step's.
	Entry string
	// Keys are the KMS keys that the queue may be encrypted with.
	Keys []Key
}

// ARN returns a new reference to the queue's ARN.
func (q *Queue) ARN() *cfn.Node { return cfn.GetAtt(q.LogicalID, "Arn") }

// URL returns a new reference to the queue's URL.
func (q *Queue) URL() *cfn.Node { return cfn.Ref(q.LogicalID) }

// DeadLetters is where a step's dead letters go.
type DeadLetters struct {
	// Queue is the queue that the runtime sends to: StarJob's own, or a queue of
	// this template that the user's RedrivePolicy names. It is nil if there is
	// none.
	Queue *Queue
	Made  bool // the queue is StarJob's own
	// Policy is the user's RedrivePolicy, which replaces all of StarJob's; nil
	// without one.
	Policy *cfn.Node
	// Attempts is how often an item is received before SQS moves it.
	Attempts *cfn.Node
}

// Elsewhere reports whether SQS moves dead letters to a queue that the runtime
// cannot send to.
func (d DeadLetters) Elsewhere() bool {
	return d.Policy != nil && d.Queue == nil
}

// Function is a function of the result: a step's, or the generate function.
type Function struct {
	Job  *Job
	Step *Step // nil for the generate function
	// Path leads to the step, or to Generate.
	Path cfn.Path

	LogicalID, LogsID, PolicyID string // PolicyID is that of an attached policy

	// Properties are what the user gives, with the prototype's.
	Properties *cfn.Node
	// Effective are the properties with those of Globals, which SAM will lay
	// under them.
	Effective *cfn.Node

	Language Language
	Handler  string
	Image    bool    // the function is a container image
	Targets  []*Step // that it may generate items for
	// Recursive reports that the function can reach itself through what it
	// generates.
	Recursive bool
	Timeout   int // seconds; 0 if it is not known
	Role      Role
	// Layers are those that the user gives, with those of Globals; HasLayer reports
	// that StarJob's is among them.
	Layers   []*cfn.Node
	HasLayer bool
	// Variables are StarJob's own environment variables.
	Variables []cfn.Entry

	Tags      []job.Tag
	Retention *cfn.Node // of its logs, in days
}

// CountedTimeout is the timeout that others are derived from, in seconds.
func (f *Function) CountedTimeout() int {
	if f.Timeout == 0 {
		return MaxTimeoutSeconds
	}
	return f.Timeout
}

// MakesLogs reports whether the function gets a log group of StarJob's, so that
// its logs expire: it does unless the user names one for all cases.
func (f *Function) MakesLogs() bool {
	config := f.Effective.Get("LoggingConfig")
	return !config.IsCall() && config.Get("LogGroup").MayBeNothing()
}

// LogGroup is the name of the function's log group. CloudFormation names
// StarJob's, so that it does not meet one that Lambda made before.
func (f *Function) LogGroup() *cfn.Node {
	return f.Effective.At("LoggingConfig", "LogGroup").OrElse(cfn.Ref(f.LogsID))
}

// OwnsVariable reports whether an environment variable of the function is
// StarJob's.
func (f *Function) OwnsVariable(name string) bool {
	return strings.HasPrefix(name, wire.EnvPrefix) || name == wire.EnvExecWrapper && f.Language.Dispatched()
}

// RoleKind is whose role a function has, and so where its permissions go.
type RoleKind uint8

// The kinds of roles.
const (
	// RoleMade is a role of StarJob's.
	RoleMade RoleKind = iota
	// RoleOfSAM is the role that SAM makes from the function's Policies.
	RoleOfSAM
	// RoleAttached is a role of the template, to which a policy is attached.
	RoleAttached
	// RoleForeign is a role from outside the template, used as it is.
	RoleForeign
)

// Role is a function's role.
type Role struct {
	Kind RoleKind
	// LogicalID is empty for a foreign role, and for a choice of several.
	LogicalID string
	ARN       *cfn.Node // what the user gives; nil where nothing is given
	Name      *cfn.Node // of the one to which a policy is attached
}

// Key is a KMS key as a policy names it.
type Key struct {
	Resource *cfn.Node // an ARN; of all keys where an alias chooses
	Alias    *cfn.Node // nil unless only an alias of the key is known
	Branches []Branch  // of Fn::If in which it is the key, outermost first
}

// Branch is one of the two of an Fn::If.
type Branch struct {
	Condition *cfn.Node
	Yes       bool
}

// Equal reports whether two keys are named in the same way.
func (k Key) Equal(other Key) bool {
	return k.Resource.Equal(other.Resource) && k.Alias.Equal(other.Alias) && slices.EqualFunc(k.Branches, other.Branches, Branch.equal)
}

func (b Branch) equal(other Branch) bool {
	return b.Yes == other.Yes && b.Condition.Equal(other.Condition)
}

// Attributes are what references to a job resolve to: "" is that of Ref, others
// are those of Fn::GetAtt.
type Attributes struct {
	Names []string // in order, without ""
	// Values are what the attributes resolve to, by their names.
	Values map[string]*cfn.Node
}
