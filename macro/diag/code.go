package diag

// Code names a kind of problem, such as STAR012. Codes are never reused or
// renumbered, because people search for them. Each has a section in
// docs/diagnostics.md, with its title in the heading.
type Code string

// Title returns the rule that the diagnostics of a code are about, in a few words
// and without a final period. It is empty for an undeclared code.
func (c Code) Title() string { return titles[c] }

var titles = map[Code]string{
	Syntax:       "not valid YAML or JSON",
	DuplicateKey: "duplicate key",
	Structure:    "invalid structure",
	Transform:    "transform missing or misplaced",
	Snippet:      "StarJob used in Fn::Transform",
	Ambiguous:    "ambiguous unquoted number",

	UnknownKey:  "unknown key",
	WrongType:   "wrong type",
	Required:    "missing required value",
	OutOfBounds: "value out of range",
	StepName:    "invalid step name",
	UnknownStep: "unknown step",
	NoPrototype: "prototype not found",
	LocalPath:   "local path inside a job",
	SharedName:  "function name shared by all copies",
	InForEach:   "job inside Fn::ForEach",
	NotLiteral:  "value must be literal",
	PlainEvents: "SAM feature without SAM",
	SharedRole:  "one role for all functions",

	Collision:          "name collision",
	LogicalID:          "invalid logical ID",
	PhysicalName:       "invalid physical name",
	Visibility:         "unsuitable visibility timeout",
	Batching:           "invalid batch size or window",
	Concurrency:        "invalid or conflicting concurrency",
	FIFO:               "not allowed with this queue type",
	TooManyResources:   "too many resources",
	EnvironmentSize:    "environment too large",
	PolicySize:         "policies too large",
	TemplateSize:       "template too large",
	UnknownReference:   "unknown part of a job",
	PrototypeReference: "reference to a prototype",
	Overwritten:        "value has no effect",
	VariableName:       "invalid environment variable name",
	Runtime:            "unsupported or unknown runtime",
	Handler:            "invalid handler",
	Layers:             "too many layers",
	InlineCode:         "invalid inline code",
	CircularDependency: "circular dependency",
	StepURL:            "function URL on every step",

	NotResolved: "value not known locally",
	LocalValue:  "invalid value",
	NotRunHere:  "function cannot run locally",

	Internal: "internal error",
}

// Problems of a template as a whole.
const (
	// Syntax: the template is neither YAML nor JSON.
	Syntax Code = "STAR001"
	// DuplicateKey: a map has one key twice.
	DuplicateKey Code = "STAR002"
	// Structure: the template, or a part that StarJob reads, has the wrong shape.
	Structure Code = "STAR003"
	// Transform: the Transform section lacks StarJob or AWS SAM, or lists them in an
	// order that does not work.
	Transform Code = "STAR004"
	// Snippet: Fn::Transform inside a template calls StarJob.
	Snippet Code = "STAR005"
	// Ambiguous (warning): YAML, or some of its parsers, reads an unquoted value as a
	// number, but it may be meant as a string.
	Ambiguous Code = "STAR006"
)

// Problems of a Star::Job.
const (
	// UnknownKey: a map that StarJob defines has an unknown key; as a warning, a map
	// that belongs to AWS has a key that looks misspelled or misplaced.
	UnknownKey Code = "STAR010"
	// WrongType: a value's type is not the one that its key requires.
	WrongType Code = "STAR011"
	// Required: a key is missing, or its value is empty.
	Required Code = "STAR012"
	// OutOfBounds: a value is too small, too large, or not among those allowed.
	OutOfBounds Code = "STAR013"
	// StepName: a step's name is reserved or has an invalid character.
	StepName Code = "STAR014"
	// UnknownStep: the job has no step of that name.
	UnknownStep Code = "STAR015"
	// NoPrototype: Function does not refer to a function of the template.
	NoPrototype Code = "STAR016"
	// LocalPath: a Star::Job names its code by a local path.
	LocalPath Code = "STAR017"
	// SharedName: the prototype has a name that all its copies would share.
	SharedName Code = "STAR018"
	// InForEach: a Star::Job is inside an Fn::ForEach.
	InForEach Code = "STAR019"
	// NotLiteral: a value that StarJob must know is an intrinsic function.
	NotLiteral Code = "STAR020"
	// PlainEvents: a function that SAM does not process has events other than SQS, or
	// a property that only SAM knows.
	PlainEvents Code = "STAR021"
	// SharedRole (warning): all functions share the role of the prototype.
	SharedRole Code = "STAR022"
)

// Problems of the resources to which a Star::Job expands.
const (
	// Collision: two resources have the same logical ID, or two queues or functions
	// the same name.
	Collision Code = "STAR030"
	// LogicalID: a logical ID is too long or has an invalid character.
	LogicalID Code = "STAR031"
	// PhysicalName: the name of a queue, function or role is too long or has an
	// invalid character.
	PhysicalName Code = "STAR032"
	// Visibility: a queue's visibility timeout is below its function's timeout;
	// as a warning, it may be too short for the batching window, or very long.
	Visibility Code = "STAR033"
	// Batching: Lambda refuses the event source mapping's batch size or window.
	Batching Code = "STAR034"
	// Concurrency: Lambda refuses the event source mapping's concurrency; as a
	// warning, the function has less concurrency than Lambda invokes it with.
	Concurrency Code = "STAR035"
	// FIFO: a property cannot be combined with a FIFO queue.
	FIFO Code = "STAR036"
	// TooManyResources: the expanded template has more resources than a stack allows.
	TooManyResources Code = "STAR037"
	// EnvironmentSize: a function's environment may be over 4 KB.
	EnvironmentSize Code = "STAR038"
	// PolicySize: a role's policies are larger than IAM allows.
	PolicySize Code = "STAR039"
	// TemplateSize: the expanded template is over 1 MB.
	TemplateSize Code = "STAR040"
	// UnknownReference: a reference names an attribute that the job lacks.
	UnknownReference Code = "STAR041"
	// PrototypeReference: a reference names a prototype, which is not in the
	// expanded template.
	PrototypeReference Code = "STAR042"
	// Overwritten (warning): a value of the template is overwritten or ignored.
	Overwritten Code = "STAR043"
	// VariableName: Lambda refuses the name of an environment variable.
	VariableName Code = "STAR044"
	// Runtime: StarJob has no dispatcher for the Lambda runtime, or the runtime is
	// too old; as a warning, the runtime is unknown.
	Runtime Code = "STAR045"
	// Handler: the Handler of a function in JavaScript or Python is not
	// file.function; as a warning, the prototype's names no file.
	Handler Code = "STAR046"
	// Layers: a function has more layers than Lambda accepts, including StarJob's.
	Layers Code = "STAR047"
	// InlineCode: Lambda does not accept inline code for the runtime, or not with that
	// Handler.
	InlineCode Code = "STAR048"
	// CircularDependency: resources depend on one another.
	CircularDependency Code = "STAR049"
	// StepURL (warning): Globals gives the function of every step a URL.
	StepURL Code = "STAR050"
	// Internal: StarJob has a bug.
	Internal Code = "STAR099"
)

// Problems of running a template locally.
const (
	// NotResolved: a value is known only in AWS.
	NotResolved Code = "STAR060"
	// LocalValue: the resource does not accept the value.
	LocalValue Code = "STAR061"
	// NotRunHere: a function cannot run locally.
	NotRunHere Code = "STAR062"
)
