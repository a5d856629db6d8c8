package local

import (
	"testing"
	"time"
)

func TestIgnoredGlobals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pl, problems := planOf(t, `
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: ., Timeout: 5, MemorySize: 512}}
Resources:
  Follows: {Type: AWS::Serverless::Function, Properties: {}}
  Ignores: {Type: AWS::Serverless::Function, IgnoreGlobals: [Timeout], Properties: {}}
  IgnoresAll: {Type: AWS::Serverless::Function, IgnoreGlobals: "*", Properties: {Runtime: provided.al2023, CodeUri: ., Handler: bootstrap}}
`, Options{Dir: dir})
	if problems != "" {
		t.Fatal(problems)
	}
	want := []functionPlan{{timeout: 5 * time.Second, memory: 512}, {timeout: defaultTimeout * time.Second, memory: 512}, {timeout: defaultTimeout * time.Second, memory: defaultMemory}}
	for i, f := range pl.functions {
		if f.timeout != want[i].timeout || f.memory != want[i].memory {
			t.Errorf("%s has %v and %d MB, want %v and %d MB", f.id, f.timeout, f.memory, want[i].timeout, want[i].memory)
		}
	}
}
