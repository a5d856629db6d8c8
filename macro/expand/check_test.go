package expand_test

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/expand"
)

// TestURLsOfGlobals expects a single warning about the URLs that Globals gives to all
// steps.
func TestURLsOfGlobals(t *testing.T) {
	for _, c := range []struct{ config, prototype, want string }{
		{"{AuthType: NONE}", "AWS::Serverless::Function", "anyone"},
		{"{AuthType: AWS_IAM}", "AWS::Serverless::Function", "anyone who may call it"},
		{"!Ref AWS::NoValue", "AWS::Serverless::Function", ""},
		{"{AuthType: NONE}", "AWS::Lambda::Function", ""},
	} {
		source := strings.NewReplacer("CONFIG", c.config, "TYPE", c.prototype).Replace(`
Transform: [StarJob, AWS::Serverless-2016-10-31]
Globals: {Function: {FunctionUrlConfig: CONFIG}}
Resources:
  Code: {Type: TYPE, Properties: {Handler: bootstrap, Runtime: provided.al2023}}
  Replay: {Type: Star::Job, Properties: {Function: !Ref Code, Steps: {walk: {}, run: {}}}}
  Other: {Type: Star::Job, Properties: {Function: !Ref Code, Steps: {walk: {}}}}
`)
		_, problems := expand.Template(parse(t, source), expand.Options{})
		if c.want == "" && len(problems) > 0 || c.want != "" && (len(problems) != 1 || !strings.Contains(problems.Text(), c.want)) {
			t.Errorf("%s of %s: want %q once, got\n%s", c.config, c.prototype, c.want, problems.Text())
		}
	}
}
