// Package plan decides everything that several resources of a job depend on: names,
// logical IDs, queues, where dead letters go, functions with their roles, layers and
// environments, and what references to a job resolve to. If only CloudFormation can
// know a value, it assumes the worst case.
//
// A plan is plain data. Package check reports its problems, and package expand writes
// resources from it. Start reading at [New].
package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Source is the input of a plan.
type Source struct {
	// Template is the input template. It must not be changed.
	Template *cfn.Node
	// Values evaluates the known values of the template.
	Values cfn.Values
}

// TypeOf returns the type of a resource of the template; empty if there is none.
func (s Source) TypeOf(logicalID string) string {
	return s.Template.At("Resources", logicalID).ResourceType()
}

// Plan describes everything to which the jobs of a template expand. Some of its nodes
// belong to the template, so clone them before you put them into a result.
type Plan struct {
	Source
	Jobs []*Job // in the template's order
	// Queues are all queues of the result by logical ID: those of the jobs and those
	// that the template declares itself.
	Queues map[string]*Queue
	// Prototypes are the jobs by the logical IDs of their prototypes; the first job if
	// several share one. Prototypes are not in the result.
	Prototypes map[string]*Job
	// Layer is the ARN of StarJob's layer, or a dynamic reference to it.
	Layer string
}

// Job is a planned job.
type Job struct {
	// Model is the job with references to jobs resolved. Its Resource has the
	// attributes of the resource and no Properties.
	Model *job.Job
	// Attributes are what references to the job resolve to.
	Attributes *Attributes
	Serverless bool // the functions are for AWS SAM to translate
	// Globals are the properties of Globals that SAM merges into the functions; nil
	// for none.
	Globals *cfn.Node
	Steps   []*Step
	// Generate is the generate function; nil if the job has none.
	Generate *Function
	// SharedHandler is the Handler that the functions inherit, empty if it is unknown;
	// HasSharedHandler reports whether there is one.
	SharedHandler    string
	HasSharedHandler bool
	// PrototypeRole is the logical ID of the role that SAM seems to have created for
	// the prototype before StarJob ran; empty if there is none.
	PrototypeRole string
}

// Base returns the properties that all functions of the job inherit: those of its
// base function, called the prototype, or those that the job defines. It is nil for
// none.
func (j *Job) Base() *cfn.Node {
	if j.Model.PrototypeResource != nil {
		return j.Model.PrototypeResource.Get("Properties")
	}
	return j.Model.Inline
}

// Functions returns the functions of the steps in order, followed by the generate
// function.
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

// ExampleStep returns the name of a step for use in a message.
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
	// Window is the batching window in seconds; the longest one if it is unknown.
	Window int
	// Visibility is the default visibility timeout in seconds.
	Visibility int
}

// Queue is a queue of the result.
type Queue struct {
	LogicalID string
	// Properties are those that the user sets, with the name that follows from the
	// job's Name; nil for none.
	Properties *cfn.Node
	FIFO       bool
	// Short reports that the queue's name follows from the names of the job and the
	// step, so that functions find the queue without its URL.
	Short bool
	// Entry represents the queue in a function's list of queues, as a string for
	// Fn::Sub. It is empty for a queue that does not belong to a step.
	Entry string
	// Keys are the KMS keys that the queue may be encrypted with.
	Keys []Key
}

// ARN returns a new reference to the queue's ARN.
func (q *Queue) ARN() *cfn.Node { return cfn.GetAtt(q.LogicalID, "Arn") }

// URL returns a new reference to the queue's URL.
func (q *Queue) URL() *cfn.Node { return cfn.Ref(q.LogicalID) }

// DeadLetters describes where a step's dead letters go.
type DeadLetters struct {
	// Queue is the queue to which the runtime sends: one that StarJob creates, or a
	// queue of this template that the user's RedrivePolicy names. It is nil if there
	// is none.
	Queue *Queue
	Made  bool // StarJob creates the queue
	// Policy is the user's RedrivePolicy, which replaces StarJob's; nil for none.
	Policy *cfn.Node
	// Attempts is how many times an item is received before SQS moves it.
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
	// Path is the path of the step, or of Generate.
	Path cfn.Path

	LogicalID, LogsID, PolicyID string // PolicyID is that of an attached policy

	// Properties are those that the user sets, including the prototype's.
	Properties *cfn.Node
	// Effective are the properties merged with those of Globals, as SAM will do.
	Effective *cfn.Node

	Language Language
	Handler  string
	Image    bool    // the function is a container image
	Targets  []*Step // the steps that it may generate items for
	// Recursive reports whether the function can invoke itself through the items that
	// it generates.
	Recursive bool
	Timeout   int // seconds; 0 if it is unknown
	Role      Role
	// Layers are those that the user sets, including those of Globals; HasLayer reports
	// whether StarJob's is among them.
	Layers   []*cfn.Node
	HasLayer bool
	// Variables are the environment variables that StarJob adds.
	Variables []cfn.Entry

	Tags      []job.Tag
	Retention *cfn.Node // of its logs, in days
}

// CountedTimeout returns the timeout for calculations, in seconds: the longest one if
// it is unknown.
func (f *Function) CountedTimeout() int {
	if f.Timeout == 0 {
		return MaxTimeoutSeconds
	}
	return f.Timeout
}

// MakesLogs reports whether StarJob creates a log group for the function, so that its
// logs expire. It does unless the user names one in every branch.
func (f *Function) MakesLogs() bool {
	config := f.Effective.Get("LoggingConfig")
	return !config.IsCall() && config.Get("LogGroup").MayBeNothing()
}

// LogGroup returns the name of the function's log group. CloudFormation names the one
// that StarJob creates, so that it cannot collide with one that Lambda created.
func (f *Function) LogGroup() *cfn.Node {
	return f.Effective.At("LoggingConfig", "LogGroup").OrElse(cfn.Ref(f.LogsID))
}

// OwnsVariable reports whether StarJob sets an environment variable of the
// function.
func (f *Function) OwnsVariable(name string) bool {
	return strings.HasPrefix(name, wire.EnvPrefix) || name == wire.EnvExecWrapper && f.Language.Dispatched()
}

// RoleKind is the kind of a function's role, on which depends where its permissions
// go.
type RoleKind uint8

// The kinds of roles.
const (
	// RoleMade is a role that StarJob creates.
	RoleMade RoleKind = iota
	// RoleOfSAM is the role that SAM creates from the function's Policies.
	RoleOfSAM
	// RoleAttached is a role of the template, to which StarJob attaches a policy.
	RoleAttached
	// RoleForeign is a role from outside the template, used unchanged.
	RoleForeign
)

// Role is a function's role.
type Role struct {
	Kind RoleKind
	// LogicalID is empty for a foreign role, and for a choice of several.
	LogicalID string
	ARN       *cfn.Node // the user's Role; nil for none
	Name      *cfn.Node // of the role to which a policy is attached
}

// Key is a KMS key as a policy names it.
type Key struct {
	Resource *cfn.Node // an ARN; a pattern of all keys if an alias selects one
	Alias    *cfn.Node // nil unless only the key's alias is known
	Branches []Branch  // the branches of Fn::If with this key, outermost first
}

// Branch is one of the two branches of an Fn::If.
type Branch struct {
	Condition *cfn.Node
	Yes       bool
}

// Equal reports whether two keys have the same ARN, alias and branches.
func (k Key) Equal(other Key) bool {
	return k.Resource.Equal(other.Resource) && k.Alias.Equal(other.Alias) && slices.EqualFunc(k.Branches, other.Branches, Branch.equal)
}

func (b Branch) equal(other Branch) bool {
	return b.Yes == other.Yes && b.Condition.Equal(other.Condition)
}

// Attributes are the values to which references to a job resolve, by attribute. The
// attribute "" is that of Ref, all others are those of Fn::GetAtt.
type Attributes struct {
	Names []string // in order, without ""
	// Values are the values of the attributes.
	Values map[string]*cfn.Node
}
