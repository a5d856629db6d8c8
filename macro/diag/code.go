package diag

// Code names a kind of problem, such as STAR012. Codes are never reused or
// renumbered: people search for them. Each has a heading of its own in
// docs/diagnostics.md.
type Code string

// Problems of a template as a whole.
const (
	// Syntax: the text is neither YAML nor JSON.
	Syntax Code = "STAR001"
	// DuplicateKey: a map has one key twice.
	DuplicateKey Code = "STAR002"
	// Structure: the template, or a part that StarJob reads, has the wrong shape.
	Structure Code = "STAR003"
	// Transform: the Transform section lacks StarJob, or lists it in an order that
	// does not work.
	Transform Code = "STAR004"
	// Snippet: StarJob was called by Fn::Transform inside a template.
	Snippet Code = "STAR005"
	// Ambiguous (warning): a plain scalar is a number to YAML, or to some of its
	// readers, and may be meant as a string.
	Ambiguous Code = "STAR006"
)

// Problems of a Star::Job as it is written.
const (
	// UnknownKey: a map that StarJob defines has a key that StarJob does not know.
	UnknownKey Code = "STAR010"
	// WrongType: a value's type is not the one that its key requires.
	WrongType Code = "STAR011"
	// Required: a key is missing, or its value is empty.
	Required Code = "STAR012"
	// OutOfBounds: a value is too small, too large, or not among those allowed.
	OutOfBounds Code = "STAR013"
	// StepName: a step's name is reserved or has a character that is not allowed.
	StepName Code = "STAR014"
	// UnknownStep: the job has no step of that name.
	UnknownStep Code = "STAR015"
	// NoPrototype: Function does not refer to a function of the template.
	NoPrototype Code = "STAR016"
	// LocalPath: code inside a Star::Job is given by a path of the local machine.
	LocalPath Code = "STAR017"
	// SharedName: the prototype has a name that all its copies would share.
	SharedName Code = "STAR018"
	// InForEach: a Star::Job is inside an Fn::ForEach.
	InForEach Code = "STAR019"
	// NotLiteral: a value that must be known is an intrinsic function.
	NotLiteral Code = "STAR020"
	// PlainEvents: events other than SQS, or a property of SAM's, in a function that
	// SAM does not process.
	PlainEvents Code = "STAR021"
	// SharedRole (warning): all functions share the role of the prototype.
	SharedRole Code = "STAR022"
)

// Problems of the resources that a Star::Job expands to.
const (
	// Collision: two resources have the same logical ID, or two queues or functions
	// the same name.
	Collision Code = "STAR030"
	// LogicalID: a logical ID is too long or has a character that is not allowed.
	LogicalID Code = "STAR031"
	// PhysicalName: the name of a queue, function or role is too long or has a
	// character that is not allowed.
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
	// TooManyResources: the expanded template has more resources than a stack may
	// have.
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
	// Overwritten (warning): StarJob replaces a value that the template gives.
	Overwritten Code = "STAR043"
	// VariableName: Lambda refuses the name of an environment variable.
	VariableName Code = "STAR044"
	// Runtime: StarJob has no dispatcher for the Lambda runtime, or the runtime is
	// too old; as a warning, the runtime cannot be known.
	Runtime Code = "STAR045"
	// Handler: the Handler of a function in JavaScript or Python is not
	// file.function; as a warning, the prototype's names no file.
	Handler Code = "STAR046"
	// Layers: a function has more layers than Lambda accepts, StarJob's included.
	Layers Code = "STAR047"
	// InlineCode: Lambda does not accept code that is written in the template, or
	// not under that name.
	InlineCode Code = "STAR048"
	// CircularDependency: resources depend on one another.
	CircularDependency Code = "STAR049"
	// StepURL (warning): Globals gives the function of every step a URL.
	StepURL Code = "STAR050"
	// Internal: an internal error of StarJob.
	Internal Code = "STAR099"
)

// Problems of running a template on the local machine.
const (
	// NotResolved: a value is known only in AWS.
	NotResolved Code = "STAR060"
	// LocalValue: the resource cannot have that value.
	LocalValue Code = "STAR061"
	// NotRunHere: a function cannot run on the local machine.
	NotRunHere Code = "STAR062"
)
