package tests

import (
	"testing"

	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// TestDefaultsAgree: the macro writes its defaults out, and the runtime takes
// its own for what is absent; a function must not change its manners between
// the two.
func TestDefaultsAgree(t *testing.T) {
	for _, c := range []struct {
		name          string
		macro, atWork int
	}{
		{"MaxAttempts", job.DefaultMaxAttempts, wire.DefaultMaxAttempts},
		{"MinDelay", job.DefaultMinDelay, wire.DefaultMinDelay},
		{"MaxDelay", job.DefaultMaxDelay, wire.DefaultMaxDelay},
		{"MaxDepth", job.DefaultMaxDepth, wire.DefaultMaxDepth},
	} {
		if c.macro != c.atWork {
			t.Errorf("the default of %s is %d in the macro and %d in the runtime", c.name, c.macro, c.atWork)
		}
	}
}
