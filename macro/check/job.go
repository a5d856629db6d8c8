package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// checkJob reports the problems of a job, its queues and its functions.
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
		c.Warn(diag.Overwritten, path, "Condition of the prototype "+j.Model.Prototype+" is overridden by Condition of the job "+j.Model.LogicalID, "remove one of them")
	}
}

// checkSharedRole warns if SAM ran before StarJob and created one role for the
// prototype, which all copies then share.
func checkSharedRole(c *checker, j *plan.Job) {
	if id := j.PrototypeRole; id != "" {
		c.Warn(diag.SharedRole, cfn.Path{"Resources", j.Model.Prototype, "Properties", "Role"}, "all functions of the job "+j.Model.LogicalID+" use the role "+id+" of their prototype, so each has the permissions of all", "if SAM created the role, set Transform: [StarJob, "+plan.TransformServerless+"], so that it creates one for each function; otherwise set roles in the steps")
	}
}

// checkEvents warns of a prototype's events if the job has no generate function to
// receive them.
func checkEvents(c *checker, j *plan.Job) {
	for _, name := range plan.Triggers {
		if j.Serverless && j.Generate == nil && j.Model.PrototypeResource.Get("Properties").Has(name) {
			c.Warn(diag.Overwritten, cfn.Path{"Resources", j.Model.Prototype, "Properties", name}, "the prototype has "+name+" for the generate function, but the job "+j.Model.LogicalID+" has none", "remove Generate: false from the job, or "+name+" from the prototype; to start a single step, move "+name+" into its Function")
		}
	}
}

// checkURLs warns of a FunctionUrlConfig in Globals: a request to the URL of a step
// is processed without going through the queue.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func checkURLs(c *checker, j *plan.Job) {
	config := j.Globals.Get("FunctionUrlConfig")
	if config.IsNothing() {
		return
	}
	who := "anyone who may call it"
	if kind, _ := c.values.Text(config.Get("AuthType")); kind == "NONE" {
		who = "anyone"
	}
	c.Warn(diag.StepURL, cfn.Path{"Globals", "Function", "FunctionUrlConfig"}, "Globals gives every step's function a URL, so "+who+" can run its handler with a request as its item",
		"move it to the prototype, from which only the generate function inherits it; or add IgnoreGlobals: [FunctionUrlConfig] to the prototype, next to Properties")
}

// checkSharedHandler warns of a Handler of the prototype, or of the job's Function,
// that names no file for the steps to inherit.
func checkSharedHandler(c *checker, j *plan.Job) {
	handler, given := j.SharedHandler, j.HasSharedHandler
	for _, s := range j.Steps {
		file, _ := s.Function.Language.SplitHandler(handler)
		own := c.plan.Template.Find(s.Model.Path.Key("Function", "Runtime")) != nil
		if !given || file != "" || own || !s.Model.DefaultHandler || !s.Function.Language.Dispatched() {
			continue
		}
		c.Warn(diag.Handler, c.at(j, j.Model.Path, "Function", "Handler"), "Handler names no file that StarJob can know, so steps without their own Handler use the file "+plan.DefaultHandlerFile, "use file.function, from which steps inherit the file; or set Handler on each step")
	}
}
