package job

import (
	"slices"
	"strings"

	"github.com/mitchellh/mapstructure"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// The maps of StarJob's own, in which every key must be known. A field is nil
// where the key is missing.
type (
	resourceKeys struct {
		Type, Properties, Condition, DependsOn, DeletionPolicy, UpdateReplacePolicy, Metadata *cfn.Node
	}
	jobKeys struct {
		settings                        `mapstructure:",squash"`
		Name, Steps, Generate, MaxDepth *cfn.Node
	}
	stepKeys struct {
		settings           `mapstructure:",squash"`
		Handler, Generates *cfn.Node
	}
	// settings are the keys that a step takes over from its job.
	settings struct {
		Function, Queue, EventSource, Retry, DeadLetterQueue, IgnoreErrors, Tags, LogRetentionInDays *cfn.Node
	}
	retryKeys    struct{ MaxAttempts, MinDelay, MaxDelay *cfn.Node }
	generateKeys struct{ Function, DefaultStep *cfn.Node }
	tagKeys      struct{ Key, Value *cfn.Node }
)

// decodeKeys decodes the Map n into the struct of this file that goes with a table,
// and reports the keys that both lack.
func decodeKeys(problems *cfn.Problems, path cfn.Path, t table, n *cfn.Node, into any) {
	values := map[string]*cfn.Node{}
	for _, e := range n.Entries {
		values[e.Key] = given(e.Value)
	}
	var found mapstructure.Metadata
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: into, Metadata: &found, MatchName: func(key, field string) bool { return key == field },
	})
	if err == nil {
		err = decoder.Decode(values)
	}
	if err != nil { // both sides hold nodes
		problems.Error(diag.Internal, path, "cannot decode: "+err.Error(), "please report this")
	}
	slices.Sort(found.Unused) // they are in random order
	for _, e := range n.Entries {
		if _, unused := slices.BinarySearch(found.Unused, e.Key); unused {
			reportUnknownKey(problems, path, e, t)
		}
	}
}

func reportUnknownKey(problems *cfn.Problems, path cfn.Path, e cfn.Entry, t table) {
	key, known := e.Key, t.names()
	path = path.Key(key)
	if strings.HasPrefix(key, "Fn::") {
		reportAt(problems, e.KeyRange, diag.NotLiteral, path, key+" stands where StarJob has to know every key before anything is evaluated",
			"write out the keys that it stands for")
		return
	}
	fix := choices(key, known, "it can be one of")
	if placement := placementOf(key, known); placement != "" {
		fix = placement
	}
	reportAt(problems, e.KeyRange, diag.UnknownKey, path, key+" is not "+t.what, fix)
}

// placements are where keys belong that are easily written one level too high, by
// the key that would hold them.
var placements = []struct {
	key, fix string
	holds    []string
}{
	{"DeletionPolicy", "remove it: it applies to no resource of a job", []string{"CreationPolicy", "UpdatePolicy"}},
	{"DeletionPolicy", "move it to the prototype: every function of the job gets it from there", []string{"Connectors", "IgnoreGlobals"}},
	{"Properties", "move it into Properties", jobTable.names()},
	{"Steps", "move it into a step", stepTable.names()},
	{"Generate", "move it into Generate", generateTable.names()},
	{"Retry", "move it into Retry", retryTable.names()},
	{"Function", "move it into Function", functionProperties},
	{"Queue", "move it into Queue", queueProperties},
	{"EventSource", "move it into EventSource", mappingProperties},
	{"EventSource", "write EventSource: {ScalingConfig: {MaximumConcurrency: …}}", []string{"MaximumConcurrency"}},
	{"Retry", "write Retry: {MaxAttempts: …}", []string{"maxReceiveCount"}},
}

// placementOf is into which of the known keys a misplaced one belongs.
func placementOf(key string, known []string) string {
	for _, placement := range placements {
		if slices.Contains(placement.holds, key) && slices.Contains(known, placement.key) {
			return placement.fix
		}
	}
	return ""
}

// foreignProperties are those that an event source mapping or a function may have besides the
// ones that StarJob offers: what it owns, and what is for other sources than SQS.
var foreignProperties = []string{"EventSourceArn", "FunctionName", "FunctionResponseTypes", "Handler", "LoggingConfig"}

// warnOfUnknownKeys warns of keys in a map of AWS's that AWS does not have there, as far as
// StarJob knows, and that have the name of something else or nearly that. Like
// all others they are passed on, and CloudFormation decides.
func warnOfUnknownKeys(problems *cfn.Problems, path cfn.Path, n *cfn.Node, known []string) {
	if n == nil || n.Kind != cfn.Map {
		return
	}
	for _, e := range n.Entries {
		if slices.Contains(known, e.Key) || slices.Contains(foreignProperties, e.Key) || strings.HasPrefix(e.Key, "Fn::") {
			continue
		}
		fix := placementOf(e.Key, stepTable.names())
		if near := suggest.Closest(e.Key, known); fix == "" && near != "" {
			fix = "did you mean " + near + "?"
		}
		if fix != "" {
			problems.Add(diag.Diagnostic{
				Code: diag.UnknownKey, Severity: diag.Warning, Path: path.Key(e.Key).String(), Range: e.KeyRange, Fix: fix,
				Problem: e.Key + " in " + path[len(path)-1] + " is not known to StarJob, and is passed on to CloudFormation as it is",
			})
		}
	}
}
