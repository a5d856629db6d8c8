package expand_test

import (
	"sort"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// inRuntime returns a job with one step in a runtime, and a variable of a given size.
func inRuntime(runtime string, size int) string {
	return "Transform: StarJob\nResources:\n  Replay:\n    Type: Star::Job\n    Properties:\n      Function: {Runtime: " + runtime +
		", Code: {S3Bucket: b, S3Key: k}, Environment: {Variables: {LONG: " + strings.Repeat("x", size) + "}}}\n      Steps: {walk: {Handler: index.walk}}\n"
}

// TestLayerOfOptions expects the layer of the options in functions of the languages
// that need it, including the generate function, and in no others.
func TestLayerOfOptions(t *testing.T) {
	const layer = "arn:aws:lambda:eu-west-1:123456789012:layer:starjob:7"
	for runtime, want := range map[string]bool{"nodejs22.x": true, "python3.13": true, "provided.al2023": false} {
		result, problems := expand.Template(parse(t, inRuntime(runtime, 1)), expand.Options{Layer: layer})
		if len(problems) > 0 {
			t.Fatal(problems.Text())
		}
		for _, id := range []string{"ReplayWalkFunction", "ReplayGenerateFunction"} {
			properties := result.Template.At("Resources", id, "Properties")
			wrapper, _ := properties.At("Environment", "Variables", wire.EnvExecWrapper).AsString()
			layers := properties.Get("Layers")
			if want && (!layers.Equal(cfn.Strings(layer)) || wrapper != wire.ExecWrapper) || !want && (layers != nil || wrapper != "") {
				t.Errorf("%s in %s has the layers %s and the wrapper %q", id, runtime, cfn.EncodeJSON(layers), wrapper)
			}
		}
	}
}

// TestEnvironmentSizeIncludesTheWrapper expects the wrapper's variable to count toward
// the limit of 4 KB.
func TestEnvironmentSizeIncludesTheWrapper(t *testing.T) {
	largest := func(runtime string) int {
		return sort.Search(wire.MaxEnvironmentBytes, func(size int) bool {
			_, problems := expand.Template(parse(t, inRuntime(runtime, size)), expand.Options{})
			return codes(problems)[diag.EnvironmentSize] > 0
		})
	}
	less := largest("provided.al2023") - largest("nodejs22.x")
	if want := len(wire.EnvExecWrapper) + len(wire.ExecWrapper); less != want {
		t.Errorf("the wrapper takes %d bytes, want %d", less, want)
	}
}
