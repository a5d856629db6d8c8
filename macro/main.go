// Command macro is the Lambda function behind the CloudFormation macro StarJob. It
// passes the template that CloudFormation sends to package expand.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

func main() { lambda.Start(handler{}) }

// handler accepts the event as bytes, because encoding/json refuses deep nesting and
// rounds large numbers.
type handler struct{}

// Invoke responds to an event of CloudFormation. It never returns an error, for
// which CloudFormation would only report a malformed response.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
func (handler) Invoke(_ context.Context, event []byte) ([]byte, error) {
	return respond(event), nil
}

// respond expands the fragment of an event, and returns the result or all of its
// problems.
func respond(event []byte) (response []byte) {
	var id *cfn.Node
	defer func() {
		if r := recover(); r != nil {
			response = failure(id, internal(r))
		}
	}()
	request, problems := cfn.ParseJSON(event)
	id = request.Get("requestId")
	if problems.HasErrors() {
		return failure(id, inFragment(problems))
	}
	fragment, problems := expandFragment(request)
	if problems.HasErrors() {
		return failure(id, problems)
	}
	return answer(id, "success", cfn.E("fragment", fragment))
}

func expandFragment(request *cfn.Node) (*cfn.Node, diag.List) {
	fragment := request.Get("fragment")
	if fragment.Get("Resources") == nil {
		return nil, diag.List{{
			Code:    diag.Snippet,
			Problem: "Fn::Transform passes only a part of the template, but StarJob needs all of it",
			Fix:     "remove Fn::Transform, and list StarJob in the template's Transform section: Transform: [StarJob, AWS::Serverless-2016-10-31]",
		}}
	}
	parameters := map[string]*cfn.Node{}
	if values := request.Get("templateParameterValues"); values != nil {
		for _, e := range values.Entries {
			parameters[e.Key] = e.Value
		}
	}
	result, problems := expand.Template(fragment, expand.Options{Parameters: parameters, Fragment: true, Layer: os.Getenv("STARJOB_LAYER")})
	return result.Template, problems
}

// inFragment makes paths relative to the template, which is a part of the event.
func inFragment(problems diag.List) diag.List {
	for i := range problems {
		problems[i].Path = strings.TrimPrefix(problems[i].Path, "fragment.")
	}
	return problems
}

// internal reports a panic. Its stack goes to the log.
func internal(reason any) diag.List {
	fmt.Printf("panic: %v\n%s", reason, debug.Stack())
	return diag.List{{
		Code:    diag.Internal,
		Problem: fmt.Sprintf("StarJob failed: %v", reason),
		Fix:     "report this with the template; the macro's log has the details",
	}}
}

func failure(id *cfn.Node, problems diag.List) []byte {
	return answer(id, "failure", cfn.E("errorMessage", cfn.NewString(message(problems.Errors()))))
}

func answer(id *cfn.Node, status string, rest cfn.Entry) []byte {
	if id == nil {
		id = cfn.NewString("")
	}
	return cfn.EncodeJSON(cfn.NewMap(cfn.E("requestId", id), cfn.E("status", cfn.NewString(status)), rest))
}

// maxMessage is the maximum size of an error message, in bytes. CloudFormation's own
// limit is not documented, and nobody reads more than this.
const maxMessage = 4096

// message lists as many problems as there is room for, and the number of the
// others.
func message(problems diag.List) string {
	noun := "problems"
	if len(problems) == 1 {
		noun = "problem"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s:", len(problems), noun)
	for i, d := range problems {
		line := "\n" + d.String()
		if b.Len()+len(line) > maxMessage {
			fmt.Fprintf(&b, "\nand %d more; run star check TEMPLATE to list all", len(problems)-i)
			break
		}
		b.WriteString(line)
	}
	return b.String()
}
