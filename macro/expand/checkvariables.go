package expand

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/runtime/wire"
)

// variableName holds what Lambda takes.
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
func (p *plan) checkVariables(f *function) {
	p.checkWrapper(f)
	for _, e := range f.variables() {
		path := p.at(f.path, "Function", "Environment", "Variables", e.Key)
		switch {
		case strings.HasPrefix(e.Key, wire.EnvPrefix) && path[0] == "Globals":
			p.report(diag.VariableName, path, "environment variables that begin with "+wire.EnvPrefix+" are StarJob's own, and SAM would give "+e.Key+" to functions that must not have it", "give it another name")
		case strings.HasPrefix(e.Key, wire.EnvPrefix):
			p.warn(diag.Overwritten, path, "environment variables that begin with "+wire.EnvPrefix+" are StarJob's own, and "+e.Key+" is overwritten", "give it another name")
		case slices.Contains(reservedVariables, e.Key):
			p.report(diag.VariableName, path, "the environment variable "+e.Key+" is Lambda's own, and Lambda refuses a function that sets it", "give it another name")
		case !variableName.MatchString(e.Key) && !strings.HasPrefix(e.Key, cfn.ForEach):
			p.report(diag.VariableName, path, fmt.Sprintf("%q is not the name of an environment variable", e.Key), "begin with a letter and go on with letters, digits and _, two characters at least")
		}
	}
}

// checkWrapper warns of another program that would be started in place of the
// runtime: there is one at most, and it is StarJob's.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
func (p *plan) checkWrapper(f *function) {
	keys := []string{"Environment", "Variables", wire.EnvExecWrapper}
	n := f.effective.At(keys...)
	if text, _ := p.text(n); n == nil || text == wire.ExecWrapper || !f.language.dispatched() {
		return
	}
	p.warn(diag.Overwritten, p.at(f.path, append([]string{"Function"}, keys...)...), wire.EnvExecWrapper+" starts StarJob's dispatcher in functions that are not programs of their own, and this value is overwritten", "remove it; a function has one such wrapper")
}
