package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// ofSAM are the properties of a function that only SAM knows, and the equivalents
// in AWS::Lambda::Function. Properties that StarJob itself implements are not
// listed.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
var ofSAM = map[string]string{
	"AutoPublishAlias":              "",
	"AutoPublishAliasAllProperties": "",
	"AutoPublishCodeSha256":         "",
	"CodeUri":                       "Code: {S3Bucket: …, S3Key: …}",
	"DeadLetterQueue":               "DeadLetterConfig: {TargetArn: …}, and Policies that allow sending to it",
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

// checkServerlessProperties reports properties that only SAM knows in a function that
// SAM does not process. Package job reports Events, and a CodeUri or InlineCode that
// is the only code.
func checkServerlessProperties(c *checker, f *plan.Function) {
	if n := f.Properties.Get("Tags"); n != nil && n.Kind == cfn.Map && !n.IsCall() {
		c.Error(diag.WrongType, c.ofFunction(f, "Tags"), "Tags is a map, but an "+cfn.TypeFunction+" requires a list", "use [{Key: …, Value: …}], or set Tags on the step or the job, next to Function")
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
		fix := "set the job's Function to !Ref of an " + cfn.TypeServerlessFunction
		if instead != "" {
			fix = "use " + instead + "; or " + fix
		}
		c.Error(diag.PlainEvents, path, name+" requires an "+cfn.TypeServerlessFunction+", and this function is not one", fix)
	}
}
