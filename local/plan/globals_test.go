package plan

import (
	"testing"
	"time"
)

func TestIgnoreGlobals(t *testing.T) {
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
	want := []Function{{Timeout: 5 * time.Second, MemorySize: 512}, {Timeout: defaultTimeout * time.Second, MemorySize: 512}, {Timeout: defaultTimeout * time.Second, MemorySize: defaultMemory}}
	for i, f := range pl.Functions {
		if f.Timeout != want[i].Timeout || f.MemorySize != want[i].MemorySize {
			t.Errorf("%s has %v and %d MB, want %v and %d MB", f.ID, f.Timeout, f.MemorySize, want[i].Timeout, want[i].MemorySize)
		}
	}
}
