package job

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// foreignProperties are those that a mapping or a function may have beside the
// ones that StarJob offers: what it owns, and what is for other sources than SQS.
var foreignProperties = []string{"EventSourceArn", "FunctionName", "FunctionResponseTypes", "Handler", "LoggingConfig"}

// strays warns of keys in a map of AWS's that AWS does not have there, as far as
// StarJob knows, and that have the name of something else or nearly that. Like
// all others they are passed on, and CloudFormation decides.
func (d *decoder) strays(path cfn.Path, n *cfn.Node, known []string) {
	if n == nil || n.Kind != cfn.Map {
		return
	}
	for _, e := range n.Entries {
		if slices.Contains(known, e.Key) || slices.Contains(foreignProperties, e.Key) || strings.HasPrefix(e.Key, "Fn::") {
			continue
		}
		fix := homeOf(e.Key, stepTable.names())
		if near := diag.Suggest(e.Key, known); fix == "" && near != "" {
			fix = "did you mean " + near + "?"
		}
		if fix != "" {
			d.add(diag.Diagnostic{
				Code: diag.UnknownKey, Severity: diag.Warning, Path: path.Key(e.Key).String(), Range: e.KeyRange, Fix: fix,
				Problem: e.Key + " in " + path[len(path)-1] + " is not known to StarJob, and is passed on to CloudFormation as it is",
			})
		}
	}
}
