package resolve

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

func TestConstraints(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ declared, value, want string }{
		"one of":                {"{Type: String, AllowedValues: [dev, 1]}", "1", ""},
		"none of":               {"{Type: String, AllowedValues: [dev, prod]}", "test", "P is test, which is not in AllowedValues: use one of dev, prod"},
		"all of a list":         {"{Type: CommaDelimitedList, AllowedValues: [a, b, c]}", "a, c", ""},
		"one of a list":         {"{Type: CommaDelimitedList, AllowedValues: [a, b]}", "a,d", "P is d, which is not in AllowedValues: use one of a, b"},
		"a list as a whole":     {"{Type: CommaDelimitedList, AllowedValues: ['a,b', c]}", "a,b", ""},
		"numbers of a list":     {"{Type: List<Number>, AllowedValues: [1, 2]}", "2,1", ""},
		"number":                {"{Type: Number, MinValue: 1, MaxValue: 2.5}", "2.5", ""},
		"no number":             {"{Type: Number}", "many", "P is many, which is not a number: "},
		"too small":             {"{Type: Number, MinValue: 1}", "0.5", "P is 0.5, which is below the MinValue 1: "},
		"too large":             {"{Type: Number, MaxValue: '10', ConstraintDescription: ten at most}", "11", "P is 11, which is above the MaxValue 10: ten at most"},
		"numbers":               {"{Type: List<Number>, MaxValue: 10}", "1, 11", "P is 11, which is above the MaxValue 10: "},
		"whole pattern":         {"{Type: String, AllowedPattern: 'a|b+'}", "bbb", ""},
		"part of the pattern":   {"{Type: String, AllowedPattern: 'a|b+'}", "bbbc", "P is bbbc, which does not match a|b+: "},
		"each of a list":        {"{Type: CommaDelimitedList, AllowedPattern: '[a-z]+'}", "a, b, C", "P is C, which does not match [a-z]+: "},
		"an empty list":         {"{Type: CommaDelimitedList, AllowedPattern: '[a-z]+'}", "", ""},
		"a pattern of Java's":   {"{Type: String, AllowedPattern: '(?!x).*'}", "x", ""},
		"too short":             {"{Type: String, MinLength: 2}", "ü", "P is ü, which has a length that is below the MinLength 2: "},
		"too long":              {"{Type: String, MaxLength: 2}", "abc", "P is abc, which has a length that is above the MaxLength 2: "},
		"bounds of other types": {"{Type: 'AWS::EC2::VPC::Id', MaxLength: 2, MaxValue: 1}", "vpc-1", ""},
	} {
		declared, problems := cfn.Parse([]byte(c.declared))
		if problems.HasErrors() {
			t.Fatal(problems.Text())
		}
		got := ""
		if d, refused := disallowed("P", declared, cfn.NewString(c.value)); refused {
			got = d.Problem + ": " + d.Fix
		}
		if strings.TrimSuffix(got, ": ") != strings.TrimSuffix(c.want, ": ") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
