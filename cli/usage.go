package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/internal/suggest"
)

// newHelp is cobra's help command, except that it fails for an unknown command.
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

// arguments accepts from min to max arguments.
func arguments(min, max int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= min && len(args) <= max {
			return nil
		}
		return fmt.Errorf("%s given, but the usage is %s; see %s --help", display.Count(len(args), "argument"), strings.TrimSuffix(c.UseLine(), " [flags]"), c.CommandPath())
	}
}

// flagNames finds the flags of a command in its help.
var flagNames = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([\w-]+)`)

// parsing matches the prefix of strconv's errors, which does not help users.
var parsing = regexp.MustCompile(`strconv\.\w+: parsing ".*": `)

// flagError adds the flag that was probably meant, and the help to read, to an error
// of cobra.
func flagError(c *cobra.Command, err error) error {
	meant := ""
	if name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --"); unknown {
		var names []string
		for _, found := range flagNames.FindAllStringSubmatch(c.Flags().FlagUsages(), -1) {
			names = append(names, found[1])
		}
		meant = suggestion(name, names, "--")
	}
	return fmt.Errorf("%s%s; see %s --help", parsing.ReplaceAllString(err.Error(), ""), meant, c.CommandPath())
}

// didYouMean lists the candidates for an unknown word, after the one that is most
// like it, if any is.
func didYouMean(word string, candidates []string) string {
	return suggestion(word, candidates, "") + " (available: " + strings.Join(candidates, ", ") + ")"
}

// suggestion returns a "did you mean" with the candidate that is most like word,
// after a prefix. It is empty if none is like it.
func suggestion(word string, candidates []string, prefix string) string {
	similar := suggest.Closest(word, candidates)
	if similar == "" {
		return ""
	}
	return "; did you mean " + prefix + similar + "?"
}
