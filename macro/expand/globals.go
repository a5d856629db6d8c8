package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// globalsOf are the properties that SAM lays under those of a prototype and its
// copies, but for lists, which it appends to them; nil for none.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (e *expansion) globalsOf(prototype *cfn.Node) *cfn.Node {
	if kind, _ := prototype.Get("Type").AsString(); kind != serverlessType {
		return nil
	}
	ignored := prototype.Get("IgnoreGlobals")
	if text, _ := ignored.AsString(); text == "*" {
		return nil
	}
	globals := e.template.At("Globals", "Function")
	if ignored == nil || globals == nil {
		return globals
	}
	globals = globals.Clone()
	for _, name := range listed(ignored) {
		globals.Delete(name.Text)
	}
	return globals
}

// checkURLs warns of URLs that Globals gives to all functions: what is sent to
// that of a step is worked on without having been in a queue.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func (p *plan) checkURLs() {
	config := p.globals.Get("FunctionUrlConfig")
	if config.IsNothing() {
		return
	}
	who := "whoever may call it"
	if kind, _ := p.text(config.Get("AuthType")); kind == "NONE" {
		who = "anyone"
	}
	p.warn(diag.StepURL, cfn.Path{"Globals", "Function", "FunctionUrlConfig"}, "this gives every step's function a URL, by which "+who+" can run its handler, with the request as its item",
		"move it to the prototype of the job, from where it goes to the generate function alone; or add IgnoreGlobals: [FunctionUrlConfig] to the prototype, beside Properties")
}
