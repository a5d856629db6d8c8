package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// ofSAM are the properties of a function that only SAM knows, without those that
// StarJob accepts in its place, and what AWS::Lambda::Function has for them.
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

// checkServerlessProperties reports properties that CloudFormation would refuse in a function that
// SAM does not see. Events are reported with the job, as is code that is nowhere
// else.
func checkServerlessProperties(c *checker, f *plan.Function) {
	if n := f.Properties.Get("Tags"); n != nil && n.Kind == cfn.Map && !n.IsCall() {
		c.Error(diag.WrongType, c.ofFunction(f, "Tags"), "Tags is a map, and an "+cfn.TypeFunction+" has its tags in a list", "write [{Key: …, Value: …}], or give Tags to the step or the job, beside Function")
	}
	codeless := f.Job.Model.Inline != nil && !f.Properties.Has("Code")
	for _, name := range f.Properties.Keys() {
		instead, known := ofSAM[name]
		if !known || codeless && (name == "CodeUri" || name == "InlineCode") {
			continue
		}
		path := c.ofFunction(f, name)
		if c.At(path) {
			continue
		}
		fix := "let the job refer to an " + cfn.TypeServerlessFunction
		if instead != "" {
			fix = "write " + instead + "; or " + fix
		}
		c.Error(diag.PlainEvents, path, name+" means something to AWS SAM alone, which does not see this function", fix)
	}
}
