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

// variableName is the form of names that Lambda accepts.
// https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// reservedVariables are Lambda's own.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reservedVariables = strings.Fields(`
	_HANDLER _X_AMZN_TRACE_ID AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EXECUTION_ENV
	AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION
	AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API
	AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT`)

// checkVariables reports the names of environment variables that Lambda refuses,
// or StarJob overwrites.
func checkVariables(c *checker, f *plan.Function) {
	checkWrapper(c, f)
	for _, e := range userVariables(f) {
		path := c.ofFunction(f, "Environment", "Variables", e.Key)
		switch {
		case strings.HasPrefix(e.Key, wire.EnvPrefix) && path[0] == "Globals":
			c.Error(diag.VariableName, path, "environment variables that begin with "+wire.EnvPrefix+" are StarJob's own, and SAM would give "+e.Key+" to functions that must not have it", "give it another name")
		case strings.HasPrefix(e.Key, wire.EnvPrefix):
			c.Warn(diag.Overwritten, path, "environment variables that begin with "+wire.EnvPrefix+" are StarJob's own, and "+e.Key+" is overwritten", "give it another name")
		case slices.Contains(reservedVariables, e.Key):
			c.Error(diag.VariableName, path, "the environment variable "+e.Key+" is Lambda's own, and Lambda refuses a function that sets it", "give it another name")
		case !variableName.MatchString(e.Key) && !strings.HasPrefix(e.Key, cfn.ForEach):
			c.Error(diag.VariableName, path, fmt.Sprintf("%q is not the name of an environment variable", e.Key), "begin with a letter and go on with letters, digits and _, two characters at least")
		}
	}
}

// checkWrapper warns of another program that would be started in place of the
// runtime: there is one at most, and it is StarJob's.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
func checkWrapper(c *checker, f *plan.Function) {
	keys := []string{"Environment", "Variables", wire.EnvExecWrapper}
	n := f.Effective.At(keys...)
	if text, _ := c.values.Text(n); n == nil || text == wire.ExecWrapper || !f.Language.Dispatched() {
		return
	}
	c.Warn(diag.Overwritten, c.ofFunction(f, keys...), wire.EnvExecWrapper+" starts StarJob's dispatcher in functions that are not programs of their own, and this value is overwritten", "remove it; a function has one such wrapper")
}

// userVariables are the environment variables that the user gives, with those of
// Globals.
func userVariables(f *plan.Function) []cfn.Entry {
	if n := f.Effective.At("Environment", "Variables"); n != nil {
		return n.Entries
	}
	return nil
}

// environmentSizes reports the functions whose environment is, or with a long
// stack name may be, larger than Lambda accepts: the largest, and how many more.
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
	c.Error(diag.EnvironmentSize, largest.Path, fmt.Sprintf("the environment of %s can have up to %d bytes, of which the queues that it generates for take %d; Lambda takes %d", and(largest.LogicalID, count-1), largestSize, largestQueues, wire.MaxEnvironmentBytes), shrink(largest, largestQueues > largestSize/2))
}

// environmentSize is how many bytes a function's environment can have, and how
// many of them the list of queues.
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
	const named = "give the job a Name, from which queues are found without their URLs"
	switch {
	case queues && f.Step == nil && f.Job.Model.Name == nil: // it generates for all
		return named
	case queues && f.Step == nil:
		return "make two jobs of it"
	case queues && f.Job.Model.Name == nil:
		return named + ", or list in Generates what each step really generates"
	case queues:
		return "list in Generates what each step really generates"
	}
	return "shorten the values of your own variables"
}

// and is a name and how many others there are.
func and(name string, others int) string {
	switch others {
	case 0:
		return name
	case 1:
		return name + " and of one other"
	}
	return fmt.Sprintf("%s and of %d others", name, others)
}
