package cli

import (
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/runtime/wire"
)

// addOverrides adds the flag --parameter-overrides.
func addOverrides(c *cobra.Command, overrides *assignments) {
	c.Flags().Var(overrides, "parameter-overrides", "set parameters, as in the SAM CLI")
}

// assignments is a flag that accepts KEY=VALUE, several times or several at once.
type assignments struct {
	values map[string]string
	parse  func(value string) (map[string]string, error)
}

// String is empty: the flag has no default.
func (a *assignments) String() string { return "" }

// Type names the form of a value in the command's help.
func (a *assignments) Type() string { return "KEY=VALUE" }

// Set adds assignments; a later one wins.
func (a *assignments) Set(value string) error {
	parsed, err := a.parse(value)
	if err != nil {
		return err
	}
	if a.values == nil {
		a.values = map[string]string{}
	}
	maps.Copy(a.values, parsed)
	return nil
}

// parseAssignment parses one KEY=VALUE; the value may contain anything.
func parseAssignment(assignment string) (map[string]string, error) {
	key, value, ok := strings.Cut(assignment, "=")
	if !ok || key == "" {
		return nil, fmt.Errorf("%q does not have the form KEY=VALUE", assignment)
	}
	return map[string]string{key: value}, nil
}

// parseVariable parses a variable of functions, NAME=VALUE.
func parseVariable(assignment string) (map[string]string, error) {
	variables, err := parseAssignment(assignment)
	for name := range variables {
		if strings.HasPrefix(name, wire.EnvPrefix) {
			return nil, fmt.Errorf("variables that begin with %s are reserved for StarJob; set the properties of the job instead", wire.EnvPrefix)
		}
	}
	return variables, err
}

// parseOverrides parses what the SAM CLI accepts: Key=Value pairs separated by
// spaces, or ParameterKey=Key,ParameterValue=Value pairs. Spaces in quotes belong to
// a value. Pairs may also be separated by a comma if another Key= follows it.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
func parseOverrides(value string) (map[string]string, error) {
	overrides := map[string]string{}
	words, err := splitWords(value)
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		if rest, ok := strings.CutPrefix(word, "ParameterKey="); ok {
			key, value, ok := strings.Cut(rest, ",ParameterValue=")
			if !ok {
				return nil, fmt.Errorf("%q has a ParameterKey without ,ParameterValue=", word)
			}
			overrides[key] = value
			continue
		}
		for _, pair := range splitPairs(word) {
			parsed, err := parseAssignment(pair)
			if err != nil {
				return nil, err
			}
			maps.Copy(overrides, parsed)
		}
	}
	return overrides, nil
}

// splitPairs splits A=1,B=2 but not A=1,2.
func splitPairs(word string) []string {
	var pairs []string
	for part := range strings.SplitSeq(word, ",") {
		key, _, assigned := strings.Cut(part, "=")
		if len(pairs) > 0 && (!assigned || !alphanumeric(key)) {
			pairs[len(pairs)-1] += "," + part
			continue
		}
		pairs = append(pairs, part)
	}
	return pairs
}

func alphanumeric(key string) bool {
	for _, r := range key {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9') {
			return false
		}
	}
	return key != ""
}

// splitWords splits a value at spaces outside of quotes, and removes the quotes.
func splitWords(value string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, within := rune(0), false // the open quote, and whether a word has begun
	for _, r := range value {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, within = r, true
		case r == ' ':
			if within {
				words = append(words, word.String())
			}
			word.Reset()
			within = false
		default:
			word.WriteRune(r)
			within = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%q has a quote that is not closed", value)
	}
	if within {
		words = append(words, word.String())
	}
	return words, nil
}
