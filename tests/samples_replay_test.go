package tests

import (
	"os/exec"
	"strings"
	"testing"
)

// TestJavaScriptReplayPassesItsOwnTests runs the sample's tests in JavaScript.
func TestJavaScriptReplayPassesItsOwnTests(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	command := exec.Command("node", "--test")
	command.Dir = "../samples/replay-js"
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "# pass 3") {
		t.Errorf("%v\n%s", err, output)
	}
}
