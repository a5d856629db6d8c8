package cli

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/runtime/wire"
)

// assignments is a flag that takes Key=Value, several times or several at once.
type assignments struct {
	values map[string]string
	parse  func(text string) (map[string]string, error)
}

// String is empty: the flag has no default.
func (a *assignments) String() string { return "" }

// Type names the form in the command's help.
func (a *assignments) Type() string { return "KEY=VALUE" }

// Set adds assignments; a later one wins.
func (a *assignments) Set(text string) error {
	parsed, err := a.parse(text)
	if err != nil {
		return err
	}
	if a.values == nil {
		a.values = map[string]string{}
	}
	for key, value := range parsed {
		a.values[key] = value
	}
	return nil
}

// parseVariable reads one Key=Value; the value may hold anything.
func parseVariable(text string) (map[string]string, error) {
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return nil, fmt.Errorf("%q is not of the form KEY=VALUE", text)
	}
	return map[string]string{key: value}, nil
}

// parseEnvironment is parseVariable for variables of functions.
func parseEnvironment(text string) (map[string]string, error) {
	variables, err := parseVariable(text)
	for name := range variables {
		if strings.HasPrefix(name, wire.EnvPrefix) {
			return nil, fmt.Errorf("variables that begin with %s are StarJob's own; the job's properties set them", wire.EnvPrefix)
		}
	}
	return variables, err
}

// parseOverrides reads what the SAM CLI takes: Key=Value pairs between spaces,
// or ParameterKey=Key,ParameterValue=Value pairs. Quotes keep spaces together.
// Pairs may also be parted by a comma where a further Key= follows it.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
func parseOverrides(text string) (map[string]string, error) {
	overrides := map[string]string{}
	words, err := split(text)
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
		for _, pair := range pairs(word) {
			parsed, err := parseVariable(pair)
			if err != nil {
				return nil, err
			}
			for key, value := range parsed {
				overrides[key] = value
			}
		}
	}
	return overrides, nil
}

// pairs parts A=1,B=2 but not A=1,2.
func pairs(word string) []string {
	var found []string
	for part := range strings.SplitSeq(word, ",") {
		key, _, assigned := strings.Cut(part, "=")
		if len(found) > 0 && (!assigned || !alphanumeric(key)) {
			found[len(found)-1] += "," + part
			continue
		}
		found = append(found, part)
	}
	return found
}

func alphanumeric(key string) bool {
	for _, r := range key {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9') {
			return false
		}
	}
	return key != ""
}

// split parts a text at spaces outside of quotes, and takes the quotes off.
func split(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, within := rune(0), false
	for _, r := range text {
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
		return nil, fmt.Errorf("%q has a quote that is not closed", text)
	}
	if within {
		words = append(words, word.String())
	}
	return words, nil
}
