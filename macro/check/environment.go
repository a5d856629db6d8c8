package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
	"github.com/serverless-star/starjob/runtime/wire"
)

// variableName matches the names that Lambda accepts.
// https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// reservedVariables are set by Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reservedVariables = strings.Fields(`
	_HANDLER _X_AMZN_TRACE_ID AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EXECUTION_ENV
	AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION
	AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API
	AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT`)

// checkVariables reports environment variables that Lambda refuses or StarJob
// overwrites.
func checkVariables(c *checker, f *plan.Function) {
	checkWrapper(c, f)
	for _, e := range userVariables(f) {
		path := c.ofFunction(f, "Environment", "Variables", e.Key)
		switch {
		case strings.HasPrefix(e.Key, wire.EnvPrefix) && path[0] == "Globals":
			c.Error(diag.VariableName, path, e.Key+" is set in Globals, but names that start with "+wire.EnvPrefix+" are reserved for StarJob", "rename the variable")
		case strings.HasPrefix(e.Key, wire.EnvPrefix):
			c.Warn(diag.Overwritten, path, e.Key+" is overwritten; names that start with "+wire.EnvPrefix+" are reserved for StarJob", "rename the variable")
		case slices.Contains(reservedVariables, e.Key):
			c.Error(diag.VariableName, path, e.Key+" is reserved, and Lambda refuses a function that sets it", "rename the variable")
		case !variableName.MatchString(e.Key) && !strings.HasPrefix(e.Key, cfn.ForEach):
			c.Error(diag.VariableName, path, fmt.Sprintf("the name is %q (allowed: a letter, then letters, digits and _; at least 2 characters)", e.Key), "rename the variable")
		}
	}
}

// checkWrapper warns of another wrapper script. A function can have only one, and
// StarJob needs it to start its dispatcher.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
func checkWrapper(c *checker, f *plan.Function) {
	keys := []string{"Environment", "Variables", wire.EnvExecWrapper}
	n := f.Effective.At(keys...)
	if text, _ := c.values.Text(n); n == nil || text == wire.ExecWrapper || !f.Language.Dispatched() {
		return
	}
	c.Warn(diag.Overwritten, c.ofFunction(f, keys...), wire.EnvExecWrapper+" is overwritten; StarJob uses it to start its dispatcher in JavaScript and Python functions", "remove it; a function can have only one wrapper")
}

// userVariables are the environment variables that the user sets, including those
// of Globals.
func userVariables(f *plan.Function) []cfn.Entry {
	if n := f.Effective.At("Environment", "Variables"); n != nil {
		return n.Entries
	}
	return nil
}

// environmentSizes reports environments that are larger than Lambda accepts, or may
// be with a long stack name: the largest of a job, and the number of the others.
func environmentSizes(c *checker, j *plan.Job, result *cfn.Node) {
	var largest *plan.Function
	largestSize, largestQueues, count := wire.MaxEnvironmentBytes, 0, 0
	for _, f := range j.Functions() {
		size, queues := environmentSize(c, f, result)
		if size > wire.MaxEnvironmentBytes {
			count++
		}
		if size > largestSize {
			largest, largestSize, largestQueues = f, size, queues
		}
	}
	if largest == nil {
		return
	}
	c.Error(diag.EnvironmentSize, largest.Path, fmt.Sprintf("the environment of %s may reach %d bytes (allowed: %d), of which the list of queues takes %d", and(largest.LogicalID, count-1), largestSize, wire.MaxEnvironmentBytes, largestQueues), shrink(largest, largestQueues > largestSize/2))
}

// environmentSize returns the maximum size of a function's environment in bytes, and
// the part of it that the list of queues takes.
func environmentSize(c *checker, f *plan.Function, result *cfn.Node) (size, queues int) {
	variables := result.At("Resources", f.LogicalID, "Properties", "Environment", "Variables")
	variables = cfn.Merge(f.Job.Globals.At("Environment", "Variables"), variables)
	if variables == nil {
		return 0, 0
	}
	for _, entry := range variables.Entries {
		n := longest(c, entry.Value)
		switch {
		case entry.Key == wire.EnvQueues:
			queues = n
		case entry.Key == wire.EnvName && n == 0:
			n = maxFunctionName
		}
		size += len(entry.Key) + n
	}
	return size, queues
}

func shrink(f *plan.Function, queues bool) string {
	const named = "set the job's Name, so that functions find queues without their URLs"
	switch {
	case queues && f.Step == nil && f.Job.Model.Name == nil: // it generates for all steps
		return named
	case queues && f.Step == nil:
		return "split the job in two"
	case queues && f.Job.Model.Name == nil:
		return named + ", or " + narrowGenerates
	case queues:
		return narrowGenerates
	}
	return "shorten the values of your variables"
}

// narrowGenerates is the fix for a step that may generate for too many others.
const narrowGenerates = "list in Generates only the steps that each step generates for"

// and returns a name and the number of others, in words.
func and(name string, others int) string {
	switch others {
	case 0:
		return name
	case 1:
		return name + " and 1 other"
	}
	return fmt.Sprintf("%s and %d others", name, others)
}
