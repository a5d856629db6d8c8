package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// Schema returns the JSON schema, draft 7, of the templates that this version of
// StarJob expands, for editors.
func Schema() *cfn.Node { return job.Schema() }

// RegistrySchema returns Star::Job in the form of CloudFormation's registry, for
// linters.
func RegistrySchema() *cfn.Node { return job.RegistrySchema() }
