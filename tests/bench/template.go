package main

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// macroEvent returns the event that CloudFormation sends to the macro, for a template with
// other resources and one job, whose steps may generate for all steps.
func macroEvent(steps, others int) string {
	return `{"region":"eu-west-1","accountId":"123456789012","transformId":"123456789012::StarJob","params":{},` +
		`"requestId":"059f36b4-87a3-44ab-83d2-661975830a7d","templateParameterValues":{},"fragment":` + fragment(steps, others) + `}`
}

func fragment(steps, others int) string {
	var b strings.Builder
	b.WriteString(`{"AWSTemplateFormatVersion":"2010-09-09","Globals":{"Function":{"Tracing":"Active"}},"Resources":{`)
	b.WriteString(`"Code":{"Type":"AWS::Serverless::Function","Properties":{"CodeUri":{"Bucket":"b","Key":"k"},"Handler":"bootstrap","Runtime":"provided.al2023","Architectures":["arm64"]}},`)
	for i := range others {
		fmt.Fprintf(&b, `"Bucket%d":{"Type":"AWS::S3::Bucket","DeletionPolicy":"Retain","Properties":{"VersioningConfiguration":{"Status":"Enabled"},"Tags":[{"Key":"owner","Value":{"Fn::Sub":"${AWS::StackName}-%d"}}]}},`, i, i)
	}
	b.WriteString(`"Large":{"Type":"Star::Job","Properties":{"Name":"large","Function":{"Ref":"Code"},"Steps":{`)
	for i := range steps {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"step-%d":{"EventSource":{"BatchSize":100,"MaximumBatchingWindowInSeconds":1},"Function":{"Timeout":300,"MemorySize":512}}`, i)
	}
	b.WriteString(`}}}},"Outputs":{"Queue":{"Value":{"Fn::GetAtt":["Large","step-0.Queue.Arn"]}}}}`)
	return b.String()
}

// expandText expands a template from text to text.
func expandText(text string) (string, *cfn.Node, error) {
	parsed, problems := cfn.ParseJSON([]byte(text))
	if !problems.HasErrors() {
		var result expand.Result
		result, problems = expand.Template(parsed, expand.Options{Fragment: true})
		if !problems.HasErrors() {
			return string(cfn.EncodeJSON(result.Template)), result.Template, nil
		}
	}
	return "", nil, fmt.Errorf("the template does not expand: %s", problems[0])
}

// resources counts a template's resources, with the roles that SAM makes of its
// functions.
func resources(template *cfn.Node) int {
	n := 0
	for _, e := range template.Get("Resources").Entries {
		n++
		if kind := e.Value.Get("Type"); kind != nil && kind.Text == "AWS::Serverless::Function" {
			n++
		}
	}
	return n
}
