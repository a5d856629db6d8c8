package expand

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// ofSAM are the properties of a function that SAM alone knows, without those that
// StarJob takes in its place, and what AWS::Lambda::Function has for them.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
var ofSAM = map[string]string{
	"AutoPublishAlias":              "",
	"AutoPublishAliasAllProperties": "",
	"AutoPublishCodeSha256":         "",
	"CodeUri":                       "Code: {S3Bucket: …, S3Key: …}",
	"DeadLetterQueue":               "DeadLetterConfig: {TargetArn: …}, and Policies with the right to send to it",
	"DeploymentPreference":          "",
	"EventInvokeConfig":             "",
	"FunctionUrlConfig":             "",
	"InlineCode":                    "Code: {ZipFile: …}",
	"PropagateTags":                 "",
	"ProvisionedConcurrencyConfig":  "",
	"SourceKMSKeyArn":               "Code: {SourceKMSKeyArn: …}",
	"Tracing":                       "TracingConfig: {Mode: …}",
	"VersionDeletionPolicy":         "",
	"VersionDescription":            "",
}

// checkSAM reports properties that CloudFormation would refuse in a function that
// SAM does not see. Events are reported with the job, as is code that is nowhere
// else.
func (p *plan) checkSAM(f *function) {
	if n := f.properties.Get("Tags"); n != nil && n.Kind == cfn.Map && !isCall(n) {
		p.report(diag.WrongType, p.at(f.path, "Function", "Tags"), "Tags is a map, and an "+functionType+" has its tags in a list", "write [{Key: …, Value: …}], or give Tags to the step or the job, beside Function")
	}
	codeless := p.Inline != nil && !f.properties.Has("Code")
	for _, name := range f.properties.Keys() {
		instead, known := ofSAM[name]
		if !known || codeless && (name == "CodeUri" || name == "InlineCode") {
			continue
		}
		path := p.at(f.path, "Function", name)
		if p.reported(path) {
			continue
		}
		fix := "let the job refer to an " + serverlessType
		if instead != "" {
			fix = "write " + instead + "; or " + fix
		}
		p.report(diag.PlainEvents, path, name+" means something to AWS SAM alone, which does not see this function", fix)
	}
}

// reported tells whether there is a problem at a path.
func (e *expansion) reported(path cfn.Path) bool {
	text := path.String()
	return slices.ContainsFunc(e.problems, func(d diag.Diagnostic) bool { return d.Path == text })
}
