package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// checkJob reports what is wrong with a job, its queues and its functions.
func checkJob(c *checker, j *plan.Job) {
	checkCondition(c, j)
	checkSharedRole(c, j)
	checkEvents(c, j)
	checkURLs(c, j)
	checkSharedHandler(c, j)
	checkNames(c, j)
	for _, s := range j.Steps {
		checkQueue(c, s)
		checkEventSource(c, s)
		checkFunction(c, s.Function)
		advise(c, s)
	}
	if j.Generate != nil {
		checkFunction(c, j.Generate)
	}
}

func checkCondition(c *checker, j *plan.Job) {
	path := cfn.Path{"Resources", j.Model.Prototype, "Condition"}
	prototype, own := j.Model.PrototypeResource.Get("Condition"), j.Model.Resource.Get("Condition")
	if prototype != nil && own != nil && !prototype.Equal(own) {
		c.Warn(diag.Overwritten, path, "the Condition of the prototype "+j.Model.Prototype+" gives way to that of the job "+j.Model.LogicalID, "remove one of them")
	}
}

// checkSharedRole warns where SAM ran before StarJob and made one role for the
// prototype, and so for all of its copies.
func checkSharedRole(c *checker, j *plan.Job) {
	if id := j.PrototypeRole; id != "" {
		c.Warn(diag.SharedRole, cfn.Path{"Resources", j.Model.Prototype, "Properties", "Role"}, "all functions of the job "+j.Model.LogicalID+" share the role "+id+" of their prototype, and so each has the rights of all", "write Transform: [StarJob, "+plan.TransformServerless+"] if SAM made the role, so that it makes one for each function; or give roles in the steps")
	}
}

// checkEvents warns of a prototype's events that nothing is left for.
func checkEvents(c *checker, j *plan.Job) {
	for _, name := range plan.KickOffs {
		if j.Serverless && j.Generate == nil && j.Model.PrototypeResource.Get("Properties").Has(name) {
			c.Warn(diag.Overwritten, cfn.Path{"Resources", j.Model.Prototype, "Properties", name}, name+" of the prototype kicks off the generate function, and the job "+j.Model.LogicalID+" has none, so it has no effect there", "remove Generate: false from the job, or "+name+" from the prototype; a step's own go into its Function")
		}
	}
}

// checkURLs warns of URLs that Globals gives to all functions: what is sent to
// that of a step is worked on without having been in a queue.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func checkURLs(c *checker, j *plan.Job) {
	config := j.Globals.Get("FunctionUrlConfig")
	if config.IsNothing() {
		return
	}
	who := "whoever may call it"
	if kind, _ := c.values.Text(config.Get("AuthType")); kind == "NONE" {
		who = "anyone"
	}
	c.Warn(diag.StepURL, cfn.Path{"Globals", "Function", "FunctionUrlConfig"}, "this gives every step's function a URL, by which "+who+" can run its handler, with the request as its item",
		"move it to the prototype of the job, from where it goes to the generate function alone; or add IgnoreGlobals: [FunctionUrlConfig] to the prototype, beside Properties")
}

// checkSharedHandler warns of a prototype whose Handler seems to name the file of
// the handlers, and does not.
func checkSharedHandler(c *checker, j *plan.Job) {
	handler, given := j.SharedHandler, j.HasSharedHandler
	for _, s := range j.Steps {
		file, _ := s.Function.Language.SplitHandler(handler)
		own := c.plan.Template.Find(s.Model.Path.Key("Function", "Runtime")) != nil
		if !given || file != "" || own || !s.Model.DefaultHandler || !s.Function.Language.Dispatched() {
			continue
		}
		c.Warn(diag.Handler, c.at(j, j.Model.Path, "Function", "Handler"), "this Handler names no file that could be known, so steps without a Handler have theirs in the file "+plan.DefaultHandlerFile, "write file.function, of which the steps take the file; or give each step a Handler")
	}
}
