package build

import (
	"testing"

	"github.com/serverless-star/starjob/local/plan"
)

func TestReadVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]version{
		"nodejs22.x": {22, 0}, "python3.13": {3, 13}, "v20.11.1": {20, 11}, "Python 3.9.0rc1": {3, 9},
		"python": {}, "nodejs99999999999999999999.x": {},
	} {
		got, ok := readVersion(text)
		if ok != (want != version{}) || ok && got != want {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
	if (version{3, 9}).compare(version{3, 13}) >= 0 || (version{20, 0}).compare(version{18, 20}) <= 0 {
		t.Error("3.13 is newer than 3.9, and 20 newer than 18.20")
	}
}

func TestInstall(t *testing.T) {
	t.Parallel()
	for code, want := range map[plan.Code]string{
		{Runtime: "nodejs22.x", Interpreter: "node"}:    "install Node.js 22 or later from https://nodejs.org, so that node is on the PATH",
		{Runtime: "python3.13", Interpreter: "python3"}: "install Python 3.13 or later from https://www.python.org, so that python3 is on the PATH",
		{Runtime: "nodejs14.x", Interpreter: "node"}:    "install Node.js 18 or later from https://nodejs.org, so that node is on the PATH",
	} {
		if got := install(code.Runtime, code.Interpreter); got != want {
			t.Errorf("%s: %s", code.Runtime, got)
		}
	}
}
