package local

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A language is one whose managed runtimes this machine's own interpreter
// stands in for.
type language struct {
	name        string
	runtimes    string // how the names of its runtimes begin
	interpreter string
	whereabouts []string // arguments with which the interpreter prints its own path
	oldest      version  // that runs functions here
	index       string   // the file that inline code is put into
	source      string   // where to get it
}

var languages = []*language{
	{"Node.js", "nodejs", "node", []string{"-p", "process.execPath"}, version{18, 0}, "index.js", "https://nodejs.org"},
	{"Python", "python", "python3", []string{"-c", "import sys; print(sys.executable)"}, version{3, 9}, "index.py", "https://www.python.org"},
}

// languageOf returns the language of a runtime such as python3.13; nil where it
// is none that an interpreter stands in for.
func languageOf(runtime string) *language {
	for _, l := range languages {
		if strings.HasPrefix(runtime, l.runtimes) {
			return l
		}
	}
	return nil
}

// get says what to install for a runtime.
func (l *language) get(runtime string) string {
	wanted, _ := readVersion(runtime)
	if wanted.compare(l.oldest) < 0 {
		wanted = l.oldest
	}
	return fmt.Sprintf("install %s %s or later from %s, so that %s is on the PATH", l.name, wanted, l.source, l.interpreter)
}

// version is as much of a version as runtimes are called after.
type version struct{ major, minor int }

var versionPattern = regexp.MustCompile(`(\d+)(?:\.(\d+))?`)

// readVersion finds the first version in a text, such as the name of a runtime
// or what an interpreter says of itself.
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
