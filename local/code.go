package local

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// code is where a function's program comes from, and what starts it.
type code struct {
	path    string // a folder or a zip file on this machine; empty for inline code
	inline  string // the source itself
	runtime string
	wrapper string // what starts an interpreter; empty where the program starts itself
	notHere string // why the function cannot run here; empty where it can
	fix     string
	at      diag.Range // of what says so, where that is not the runtime
	foreign bool       // it is notHere for its runtime, or as an image
}

// execWrapper is the variable that names what a managed runtime starts in place
// of itself.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
const execWrapper = "AWS_LAMBDA_EXEC_WRAPPER"

// readCode finds a function's program. A function that cannot run here is no
// problem by itself: it may not be needed.
func (s *scope) readCode(p cfn.Path, properties *cfn.Node, environment map[string]string, o Options) code {
	if image := imageOf(properties); image != nil {
		return code{notHere: "container images are not run here", fix: "run the image's program from a CodeUri: a folder with its source or a bootstrap", at: image.Range, foreign: true}
	}
	c := code{}
	if n := properties.Get("Runtime"); n != nil {
		c.runtime, _ = s.text(p.Key("Runtime"), n)
	}
	if !osOnly(c.runtime) {
		c.wrapper = environment[execWrapper]
		if c.notHere, c.fix = unwrapped(c, o.Wrappers); c.notHere != "" {
			c.foreign = c.runtime != ""
			return c
		}
	}
	if at, source := inlineCode(p, properties); source != nil {
		return s.readInline(at, source, c)
	}
	return s.readPath(p, properties, o.Dir, c)
}

// imageOf is what says that a function's code is a container image; nil where
// nothing does. A Runtime beside it may be that of Globals.
func imageOf(properties *cfn.Node) *cfn.Node {
	if uri := cmp.Or(properties.Get("ImageUri"), properties.At("Code", "ImageUri")); uri != nil {
		return uri
	}
	kind := properties.Get("PackageType")
	if text, _ := kind.AsString(); text != "Image" {
		return nil
	}
	return kind
}

// osOnly tells whether a runtime brings no interpreter: its program starts
// itself.
func osOnly(runtime string) bool {
	return strings.HasPrefix(runtime, "provided") || runtime == "go1.x"
}

// managed is the code's runtime, if that is one of Lambda's own: the others are
// not told their name.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (c code) managed() string {
	if osOnly(c.runtime) {
		return ""
	}
	return c.runtime
}

// unwrapped tells why a function that needs an interpreter cannot run here;
// nothing where it can. This machine has none of Lambda's own runtimes, only
// what a wrapper starts in their place.
func unwrapped(c code, wrappers map[string]Wrapper) (problem, fix string) {
	switch {
	case c.runtime == "":
		return "the function has no Runtime that is known here", "only programs for provided.al2023 and its kin, and steps of a Star::Job in JavaScript and Python, run here"
	case languageOf(c.runtime) == nil:
		return "the runtime " + c.runtime + " is not run here", "only programs for provided.al2023 and its kin, and steps of a Star::Job in JavaScript and Python, run here"
	case c.wrapper == "":
		return "Lambda's own runtime " + c.runtime + " is not on this machine", "in JavaScript and Python, the functions of a Star::Job run here, and no others"
	case wrappers[c.wrapper] == nil:
		return fmt.Sprintf("%s names %s, which is not on this machine", execWrapper, c.wrapper), "leave the variable to Star::Job, or give it another value with --env"
	case runtime.GOOS == "windows":
		return "functions for " + c.runtime + " run here on Linux and macOS only", "use WSL, the Windows Subsystem for Linux"
	}
	return "", ""
}

// inlineCode is the source that stands in the template itself, if it does.
func inlineCode(p cfn.Path, properties *cfn.Node) (cfn.Path, *cfn.Node) {
	if source := properties.Get("InlineCode"); source != nil {
		return p.Key("InlineCode"), source
	}
	return p.Key("Code").Key("ZipFile"), properties.At("Code", "ZipFile")
}

// maxInline bounds inline code.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
const maxInline = 4 << 20

func (s *scope) readInline(p cfn.Path, source *cfn.Node, c code) code {
	c.inline, _ = s.text(p, source)
	switch {
	case c.wrapper == "":
		c.notHere, c.fix = "inline code is for JavaScript and Python, not for "+c.runtime, "give the function a CodeUri: a folder with Go source or a bootstrap"
	case len(c.inline) > maxInline:
		c.notHere, c.fix = fmt.Sprintf("its inline code is %d bytes, and Lambda takes 4 MB", len(c.inline)), "put the code into a folder, and name that as CodeUri"
	}
	return c
}

func (s *scope) readPath(p cfn.Path, properties *cfn.Node, dir string, c code) code {
	uri := properties.Get("CodeUri")
	if uri == nil {
		uri = properties.Get("Code")
	}
	at := rangeOf(uri)
	if _, _, call := uri.Intrinsic(); call {
		uri = s.resolve(p, uri)
	}
	local, ok := uri.AsString()
	if !ok || strings.HasPrefix(local, "s3://") || strings.HasPrefix(local, "https://") {
		c.notHere, c.fix, c.at = "the function's code is not on this machine", "give it a CodeUri: a folder with its source, or one with a bootstrap, or a zip file", at
		return c
	}
	if !filepath.IsAbs(local) {
		local = filepath.Join(dir, local)
	}
	if _, err := os.Stat(local); err != nil {
		c.notHere, c.fix, c.at = "there is no "+local, "relative paths start at the template's folder", at
	}
	c.path = local
	return c
}
