package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// inlineCode is code that is written out in the template, and the property that
// has it; nil for none. How long it may be, CloudFormation's limit for templates
// decides: Lambda takes more.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
func (p *plan) inlineCode(f *function) (code *cfn.Node, keys []string) {
	keys = []string{"Code", "ZipFile"}
	if p.serverless {
		keys = []string{"InlineCode"}
	}
	return f.effective.At(keys...), keys
}

// checkInlineCode reports code in the template that Lambda does not take, or that
// is not where the Handler leads: Lambda makes it a file called index.
func (p *plan) checkInlineCode(f *function) {
	code, keys := p.inlineCode(f)
	if code.IsNothing() {
		return
	}
	name, known := p.text(f.effective.Get("Runtime"))
	key := keys[len(keys)-1]
	if !f.language.dispatched() {
		if known {
			p.report(diag.InlineCode, p.at(f.path, append([]string{"Function"}, keys...)...), "the code is written out in "+key+", which Lambda takes for Node.js and Python alone, and Runtime is "+name, "let Runtime be nodejs… or python…, or put the code into an archive")
		}
		return
	}
	file, _ := f.language.split(f.handler)
	if f.step == nil || file == "" || file == defaultFile {
		return
	}
	path := f.path.Key("Handler")
	if f.step.DefaultHandler {
		path = p.at(p.Path, "Function", "Handler")
	}
	p.report(diag.InlineCode, path, fmt.Sprintf("Handler is %q, and Lambda puts the code in %s into a file called %s", f.handler, key, defaultFile), "write "+defaultFile+" in place of "+file)
}
