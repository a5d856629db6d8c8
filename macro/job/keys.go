package job

import (
	"slices"
	"strings"

	"github.com/mitchellh/mapstructure"

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

// keys decodes the Map n into a struct of this file and reports the keys that
// the struct lacks; what says what they are not.
func (d *decoder) keys(path cfn.Path, what string, n *cfn.Node, into any) {
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
		d.report(diag.Internal, path, "cannot decode: "+err.Error(), "please report this")
	}
	known := slices.Concat(found.Keys, found.Unset)
	slices.Sort(known) // like Unused, they are in random order
	slices.Sort(found.Unused)
	for _, e := range n.Entries {
		if _, unused := slices.BinarySearch(found.Unused, e.Key); unused {
			d.unknownKey(path, e, what, slices.Compact(known))
		}
	}
}

func (d *decoder) unknownKey(path cfn.Path, e cfn.Entry, what string, known []string) {
	key := e.Key
	path = path.Key(key)
	if strings.HasPrefix(key, "Fn::") {
		d.reportAt(e.KeyRange, diag.NotLiteral, path, key+" stands where StarJob has to know every key before anything is evaluated",
			"write out the keys that it stands for")
		return
	}
	fix := choices(key, known, "it can be one of")
	if home := homeOf(key, known); home != "" {
		fix = home
	}
	d.reportAt(e.KeyRange, diag.UnknownKey, path, key+" is not "+what, fix)
}

// homes says where keys belong that are easily written one level too high, by
// the key that would hold them.
var homes = []struct {
	key, fix string
	holds    []string
}{
	{"DeletionPolicy", "remove it: it applies to no resource of a job", []string{"CreationPolicy", "UpdatePolicy"}},
	{"Properties", "move it into Properties", []string{"Function", "Steps", "Name", "Generate", "Queue", "EventSource", "Retry", "DeadLetterQueue", "IgnoreErrors", "MaxDepth", "Tags", "LogRetentionInDays"}},
	{"Steps", "move it into a step", []string{"Handler", "Generates"}},
	{"Generate", "move it into Generate", []string{"DefaultStep"}},
	{"Retry", "move it into Retry", []string{"MaxAttempts", "MinDelay", "MaxDelay"}},
	{"EventSource", "move it into EventSource", []string{"BatchSize", "MaximumBatchingWindowInSeconds", "ScalingConfig", "FilterCriteria", "Enabled", "ProvisionedPollerConfig", "MetricsConfig"}},
	{"Queue", "move it into Queue", []string{"VisibilityTimeout", "FifoQueue", "ContentBasedDeduplication", "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "KmsMasterKeyId", "QueueName", "RedrivePolicy"}},
	{"Function", "move it into Function", []string{"Timeout", "MemorySize", "Runtime", "Environment", "Policies", "Role", "Layers", "VpcConfig", "Tracing", "Architectures", "Code", "CodeUri", "ImageUri", "PackageType", "Events", "FunctionName", "ReservedConcurrentExecutions", "EphemeralStorage", "LoggingConfig"}},
}

// homeOf says into which of the known keys a misplaced one belongs.
func homeOf(key string, known []string) string {
	for _, home := range homes {
		if slices.Contains(home.holds, key) && slices.Contains(known, home.key) {
			return home.fix
		}
	}
	return ""
}
