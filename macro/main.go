// Command macro is the Lambda function behind the CloudFormation macro StarJob:
// it hands the template that CloudFormation sends to package expand, and nothing
// else.
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

// handler accepts the event as bytes: encoding/json refuses deep nesting and rounds
// large numbers.
type handler struct{}

// Invoke answers an event as CloudFormation expects. It never returns an error:
// CloudFormation would say no more than that the response was malformed.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
func (handler) Invoke(_ context.Context, event []byte) ([]byte, error) {
	return respond(event), nil
}

// respond expands the fragment of an event, and answers with the result or with
// everything that is wrong with it.
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
			Problem: "StarJob was called by Fn::Transform for a part of the template, and needs all of it to put resources beside a job",
			Fix:     "remove Fn::Transform, and add StarJob to the section Transform at the top of the template: Transform: [StarJob, AWS::Serverless-2016-10-31]",
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

// inFragment lets paths begin where the template does, as all others do.
func inFragment(problems diag.List) diag.List {
	for i := range problems {
		problems[i].Path = strings.TrimPrefix(problems[i].Path, "fragment.")
	}
	return problems
}

// internal is an internal error. Its stack goes to the log.
func internal(reason any) diag.List {
	fmt.Printf("panic: %v\n%s", reason, debug.Stack())
	return diag.List{{
		Code:    diag.Internal,
		Problem: fmt.Sprintf("StarJob failed by a mistake of its own: %v", reason),
		Fix:     "please report it with the template; the macro's log has the details",
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

// maxMessage bounds an error message, in bytes. What CloudFormation itself
// accepts is not documented, and nobody reads more than this.
const maxMessage = 4096

// message lists all problems, or as many as there is room for and how many more
// there are.
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
			fmt.Fprintf(&b, "\nand %d more; star check TEMPLATE lists all", len(problems)-i)
			break
		}
		b.WriteString(line)
	}
	return b.String()
}
