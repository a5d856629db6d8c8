package job

import (
	"slices"
	"strings"

	"github.com/mitchellh/mapstructure"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// The maps that StarJob defines, in which every key must be known. A field is nil
// if the key is missing.
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
	// settings are the keys that a step inherits from its job.
	settings struct {
		Function, Queue, EventSource, Retry, DeadLetterQueue, IgnoreErrors, Tags, LogRetentionInDays *cfn.Node
	}
	retryKeys    struct{ MaxAttempts, MinDelay, MaxDelay *cfn.Node }
	generateKeys struct{ Function, DefaultStep *cfn.Node }
	tagKeys      struct{ Key, Value *cfn.Node }
)

// decodeKeys decodes the Map n into the struct of this file that belongs to a
// table, and reports unknown keys.
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
	if err != nil { // impossible: both sides hold nodes
		problems.Error(diag.Internal, path, "cannot decode: "+err.Error(), "report this with the template")
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
		reportAt(problems, e.KeyRange, diag.NotLiteral, path, key+" is used as a key"+unevaluated,
			"write the keys out")
		return
	}
	fix := choices(key, known)
	if placement := placementOf(key, known); placement != "" {
		fix = placement
	}
	reportAt(problems, e.KeyRange, diag.UnknownKey, path, key+" is not "+t.what, fix)
}

// placements says where keys belong that are often written one level too high or
// too low, by the key that is their right place or next to it.
var placements = []struct {
	key, fix string
	holds    []string
}{
	{"DeletionPolicy", "remove it; it does not apply to any resource of a job", []string{"CreationPolicy", "UpdatePolicy"}},
	{"DeletionPolicy", "move it to the prototype; all functions of the job inherit it", []string{"Connectors", "IgnoreGlobals"}},
	{"Properties", "move it into Properties", jobTable.names()},
	{"Steps", "move it into a step", stepTable.names()},
	{"Generate", "move it into Generate", generateTable.names()},
	{"Retry", "move it into Retry", retryTable.names()},
	{"Function", "move it into Function", functionProperties},
	{"Queue", "move it into Queue", queueProperties},
	{"EventSource", "move it into EventSource", mappingProperties},
	{"EventSource", "use EventSource: {ScalingConfig: {MaximumConcurrency: …}}", []string{"MaximumConcurrency"}},
	{"Retry", "use Retry: {MaxAttempts: …}", []string{"maxReceiveCount"}},
}

// placementOf returns the fix for a key that belongs into, or next to, one of the
// known keys; empty if there is none.
func placementOf(key string, known []string) string {
	for _, placement := range placements {
		if slices.Contains(placement.holds, key) && slices.Contains(known, placement.key) {
			return placement.fix
		}
	}
	return ""
}

// foreignProperties are properties of event source mappings and functions that
// StarJob does not offer but AWS knows: those that StarJob sets itself, and those
// for sources other than SQS.
var foreignProperties = []string{"EventSourceArn", "FunctionName", "FunctionResponseTypes", "Handler", "LoggingConfig"}

// warnOfUnknownKeys warns of unknown keys in a map that belongs to AWS if they
// look misspelled or misplaced. They are passed on like all others, because the
// map may have a property that is newer than this version of StarJob.
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
				Problem: path[len(path)-1] + " has the unknown property " + e.Key + ", which is passed on to CloudFormation unchanged",
			})
		}
	}
}
