package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// localPaths reports the properties of a function that name code of this
// machine. sam and aws cloudformation package upload such code only for the
// types that they know, and would leave it where it is for a Star::Job.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
func (d *decoder) localPaths(path cfn.Path, function *cfn.Node) {
	for _, keys := range [][]string{{"CodeUri"}, {"Code"}} {
		if uri, ok := d.uri(function.At(keys...)); ok && !isRemote(uri) {
			d.localPath(path.Key(keys...), uri)
		}
	}
	for _, keys := range [][]string{{"ImageUri"}, {"Code", "ImageUri"}} {
		if uri, ok := d.uri(function.At(keys...)); ok && !isImage(uri) {
			d.report(diag.LocalPath, path.Key(keys...), fmt.Sprintf("%q is no image in Amazon ECR, and nothing pushes images for a %s", uri, Type),
				"write the URI of a pushed image (<account>.dkr.ecr.<region>.amazonaws.com/…); or let sam push it for a function of this template and write Function: !Ref to that")
		}
	}
}

func (d *decoder) localPath(path cfn.Path, uri string) {
	fix := "put the code into an " + serverlessFunction + " of this template, the prototype, and write Function: !Ref to it in the job: each step gets a copy of that function"
	name, _ := reference(d.template.Find(cfn.Path{path[0], path[1], "Properties", "Function"}))
	switch prototype := d.isFunction(name); {
	case prototype && d.template.Find(path[:len(path)-1]).Has("Runtime"):
		fix = "name an archive in S3, for only the code of the prototype " + name + " is uploaded; or make a job of its own, with a prototype of its own, for what is in another language"
	case prototype:
		fix = "remove it: every function of the job is a copy of its prototype " + name + " and has its code; Handler chooses what a step runs"
	}
	d.report(diag.LocalPath, path, fmt.Sprintf("%q is a path of this machine, and sam build, sam deploy and aws cloudformation package upload nothing for a %s", uri, Type), fix)
}

func (d *decoder) uri(n *cfn.Node) (string, bool) {
	value, _ := d.resolve(n)
	return value.AsString()
}

func isRemote(uri string) bool {
	return strings.Contains(uri, "://") && !strings.HasPrefix(uri, "file:") || strings.HasPrefix(uri, "{{resolve:")
}

func isImage(uri string) bool {
	host, _, _ := strings.Cut(uri, "/")
	return strings.Contains(host, ".dkr.ecr.") || strings.Contains(host, ".dkr-ecr.") || strings.HasPrefix(uri, "{{resolve:")
}
