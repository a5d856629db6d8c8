package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// globalsOf are the properties that SAM lays under those of a prototype and its
// copies; nil for none.
func (e *expansion) globalsOf(prototype *cfn.Node) *cfn.Node {
	if kind, _ := prototype.Get("Type").AsString(); kind != serverlessType {
		return nil
	}
	return cfn.FunctionGlobals(e.template, prototype)
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
