package build

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

// A language has managed runtimes that a local interpreter replaces.
type language struct {
	name    string
	pathOf  []string // arguments with which the interpreter prints its own path
	oldest  version  // that runs functions
	index   string   // the file that inline code is written to
	website string   // where to get the interpreter
}

// languages are the languages by their interpreters.
var languages = map[string]language{
	"node":    {"Node.js", []string{"-p", "process.execPath"}, version{18, 0}, "index.js", "https://nodejs.org"},
	"python3": {"Python", []string{"-c", "import sys; print(sys.executable)"}, version{3, 9}, "index.py", "https://www.python.org"},
}

// install returns the fix for a missing interpreter.
func install(runtime, interpreter string) string {
	l := languages[interpreter]
	wanted, _ := readVersion(runtime)
	if wanted.compare(l.oldest) < 0 {
		wanted = l.oldest
	}
	return fmt.Sprintf("install %s %s or later from %s, so that %s is on the PATH", l.name, wanted, l.website, interpreter)
}

// version is the part of a version that is in the names of runtimes.
type version struct{ major, minor int }

var versionPattern = regexp.MustCompile(`(\d+)(?:\.(\d+))?`)

// readVersion finds the first version in a string, such as the name of a runtime
// or the output of an interpreter.
func readVersion(text string) (version, bool) {
	found := versionPattern.FindStringSubmatch(text)
	if found == nil {
		return version{}, false
	}
	major, err := strconv.Atoi(found[1])
	minor, _ := strconv.Atoi(found[2]) // absent in nodejs22.x
	return version{major, minor}, err == nil
}

func (v version) compare(other version) int {
	return cmp.Or(cmp.Compare(v.major, other.major), cmp.Compare(v.minor, other.minor))
}

// String is 22 or 3.13.
func (v version) String() string {
	if v.minor == 0 {
		return strconv.Itoa(v.major)
	}
	return fmt.Sprintf("%d.%d", v.major, v.minor)
}
