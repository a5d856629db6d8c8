package cli

import (
	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

func newSchema(std *stdio) *cobra.Command {
	var registry bool
	c := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON schema of templates, for editors",
		Args:  arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			schema := expand.Schema()
			if registry {
				schema = expand.RegistrySchema()
			}
			_, err := std.out.Write(append(cfn.EncodeJSONIndent(schema), '\n'))
			return err
		},
	}
	c.Flags().BoolVar(&registry, "registry", false, "print the schema for the CloudFormation registry, for cfn-lint")
	return c
}
