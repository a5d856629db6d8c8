package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/macro/diag"
)

// newHelp is cobra's own command, but that it fails where there is no help.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, _, err := root.Find(args)
			if err != nil {
				return err
			}
			return c.Help()
		},
	}
}

// arguments wants that many arguments.
func arguments(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		return fmt.Errorf("%s, and the command is %s; see %s --help", count(len(args), "argument"), strings.TrimSuffix(c.UseLine(), " [flags]"), c.CommandPath())
	}
}

// flagNames finds the flags of a command in the text that explains them.
var flagNames = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([\w-]+)`)

// parsing is what Go says first of a value that is none of its type.
var parsing = regexp.MustCompile(`strconv\.\w+: parsing ".*": `)

// badFlag says where to read on, and which flag was probably meant.
func badFlag(c *cobra.Command, err error) error {
	meant := ""
	if name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --"); unknown {
		var names []string
		for _, found := range flagNames.FindAllStringSubmatch(c.Flags().FlagUsages(), -1) {
			names = append(names, found[1])
		}
		if like := diag.Suggest(name, names); like != "" {
			meant = "; did you mean --" + like + "?"
		}
	}
	return fmt.Errorf("%s%s; see %s --help", parsing.ReplaceAllString(err.Error(), ""), meant, c.CommandPath())
}
