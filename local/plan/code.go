package plan

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Code is where a function's program comes from, and what starts it.
type Code struct {
	// Path is a local folder or zip file; empty for inline code.
	Path string
	// Inline is the source itself.
	Inline string
	// Runtime is Lambda's name of the runtime, as in provided.al2023.
	Runtime string
	// Wrapper is the value of AWS_LAMBDA_EXEC_WRAPPER, which starts an interpreter;
	// empty if the program starts itself.
	Wrapper string
	// Interpreter is the local program that replaces the runtime: node or python3;
	// empty without a wrapper.
	Interpreter string
}

// ManagedRuntime returns the runtime if it is one that brings an interpreter; the
// processes of others do not see its name.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (c Code) ManagedRuntime() string {
	if osOnly(c.Runtime) {
		return ""
	}
	return c.Runtime
}

// obstacle is why a function cannot run locally; zero if it can.
type obstacle struct {
	problem, fix string
	at           diag.Range // of the property that is the reason, if that is not the runtime
	foreign      bool       // the reason is the runtime, or that the code is an image
}

// execWrapper is the variable that names what a managed runtime starts in place
// of itself.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
const execWrapper = "AWS_LAMBDA_EXEC_WRAPPER"

// readCode finds a function's program. A function that cannot run locally is not a
// problem by itself: it may not be needed.
func readCode(t *resolve.Template, p cfn.Path, properties *cfn.Node, environment map[string]string, o Options) (Code, obstacle) {
	if image := imageOf(properties); image != nil {
		return Code{}, obstacle{"container images are not supported by star run", "set CodeUri to a folder with the image's program: its source or a bootstrap", image.Range, true}
	}
	c := Code{}
	if n := properties.Get("Runtime"); n != nil {
		c.Runtime, _ = t.Scalar(p.Key("Runtime"), n)
	}
	if !osOnly(c.Runtime) {
		c.Wrapper, c.Interpreter = environment[execWrapper], interpreterOf(c.Runtime)
		if problem, fix := checkWrapped(c, o.Wrappers); problem != "" {
			return Code{}, obstacle{problem: problem, fix: fix, foreign: c.Runtime != ""}
		}
	}
	if at, source := inlineCode(p, properties); source != nil {
		return readInline(t, at, source, c)
	}
	return readPath(t, p, properties, o.Dir, c)
}

// imageOf returns the property that says that a function's code is a container
// image; nil if it is not. A Runtime next to it may come from Globals.
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

// osOnly reports whether a runtime has no interpreter: its program starts itself.
func osOnly(runtime string) bool {
	return strings.HasPrefix(runtime, "provided") || runtime == "go1.x"
}

// interpreterOf returns the program that replaces a managed runtime
// such as python3.13; empty if there is none.
func interpreterOf(runtime string) string {
	switch {
	case strings.HasPrefix(runtime, "nodejs"):
		return "node"
	case strings.HasPrefix(runtime, "python"):
		return "python3"
	}
	return ""
}

// useRuntime is the fix for a runtime that star run does not support.
const useRuntime = "use provided.al2023, or make the function a step of a Star::Job in JavaScript or Python"

// checkWrapped returns why a function that needs an interpreter cannot run locally;
// empty if it can. There are no managed runtimes locally, only the interpreters that
// a wrapper starts.
func checkWrapped(c Code, wrappers []string) (problem, fix string) {
	switch {
	case c.Runtime == "":
		return "the Runtime is missing or not known locally", useRuntime
	case c.Interpreter == "":
		return c.Runtime + " is not supported by star run", useRuntime
	case c.Wrapper == "":
		return c.Runtime + " is supported by star run only in a Star::Job", "make the function a step of a Star::Job"
	case !slices.Contains(wrappers, c.Wrapper):
		return fmt.Sprintf("%s is %s, which does not exist locally", execWrapper, c.Wrapper), "remove the variable so that Star::Job sets it, or override it with --env"
	case runtime.GOOS == "windows":
		return c.Runtime + " is supported by star run only on Linux and macOS", "use WSL, the Windows Subsystem for Linux"
	}
	return "", ""
}

// inlineCode returns the source that is in the template itself; nil if there is
// none.
func inlineCode(p cfn.Path, properties *cfn.Node) (cfn.Path, *cfn.Node) {
	if source := properties.Get("InlineCode"); source != nil {
		return p.Key("InlineCode"), source
	}
	return p.Key("Code").Key("ZipFile"), properties.At("Code", "ZipFile")
}

// maxInline is the maximum size of inline code, in bytes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
const maxInline = 4 << 20

// readInline reads code that is in the template itself.
func readInline(t *resolve.Template, p cfn.Path, source *cfn.Node, c Code) (Code, obstacle) {
	c.Inline, _ = t.Scalar(p, source)
	switch {
	case c.Wrapper == "":
		return Code{}, obstacle{problem: "inline code for " + c.Runtime + " (allowed: JavaScript and Python)", fix: "set CodeUri to a folder with Go source or a bootstrap"}
	case len(c.Inline) > maxInline:
		return Code{}, obstacle{problem: fmt.Sprintf("inline code of %d bytes (allowed: up to 4 MB)", len(c.Inline)), fix: "move the code to a folder, and set CodeUri to it"}
	}
	return c, obstacle{}
}

// readPath reads code that is a folder or a zip file.
func readPath(t *resolve.Template, p cfn.Path, properties *cfn.Node, dir string, c Code) (Code, obstacle) {
	uri := properties.Get("CodeUri")
	if uri == nil {
		uri = properties.Get("Code")
	}
	at := rangeOf(uri)
	if _, _, call := uri.Intrinsic(); call {
		uri = t.Value(p, uri)
	}
	local, ok := uri.AsString()
	if !ok || strings.HasPrefix(local, "s3://") || strings.HasPrefix(local, "https://") {
		return Code{}, obstacle{problem: "its code is not a local folder or zip file", fix: "set CodeUri to a folder with source or a bootstrap, or to a zip file", at: at}
	}
	if !filepath.IsAbs(local) {
		local = filepath.Join(dir, local)
	}
	if _, err := os.Stat(local); err != nil {
		return Code{}, obstacle{problem: local + " does not exist", fix: "use a path relative to the template's folder", at: at}
	}
	c.Path = local
	return c, obstacle{}
}
