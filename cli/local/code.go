package local

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// code is where a function's program comes from.
type code struct {
	path    string // a folder or a zip file on this machine
	notHere string // why the function cannot run here; empty where it can
	fix     string
}

// readCode finds a function's program. A function that cannot run here is no
// problem by itself: it may not be needed.
func (s *scope) readCode(p cfn.Path, properties *cfn.Node, dir string) code {
	if kind, _ := properties.Get("PackageType").AsString(); kind == "Image" || properties.Has("ImageUri") || properties.Get("Code").Has("ImageUri") {
		return code{notHere: "container images are not run here", fix: "run the image's program from a CodeUri: a folder with Go source or a bootstrap"}
	}
	runtime := ""
	if n := properties.Get("Runtime"); n != nil {
		runtime, _ = s.text(p.Key("Runtime"), n)
	}
	if !strings.HasPrefix(runtime, "provided") && runtime != "go1.x" {
		return code{notHere: "the runtime " + runtime + " is not run here", fix: "only programs for provided.al2023 and its kin run here"}
	}
	uri := properties.Get("CodeUri")
	if uri == nil {
		uri = properties.Get("Code")
	}
	if _, _, call := uri.Intrinsic(); call {
		uri = s.resolve(p, uri)
	}
	local, ok := uri.AsString()
	if !ok || strings.HasPrefix(local, "s3://") || strings.HasPrefix(local, "https://") {
		return code{notHere: "the function's code is not on this machine", fix: "give it a CodeUri: a folder with Go source, or one with a bootstrap, or a zip file"}
	}
	if !filepath.IsAbs(local) {
		local = filepath.Join(dir, local)
	}
	if _, err := os.Stat(local); err != nil {
		return code{notHere: "there is no " + local, fix: "relative paths start at the template's folder"}
	}
	return code{path: local}
}
