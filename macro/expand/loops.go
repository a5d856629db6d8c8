package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// looped reports a reference to a resource that a loop around it names, where
// one of its names is a job's: by the time that it is known which, the job is
// gone.
func (r *rewriter) looped(p cfn.Path, id string) {
	if !strings.Contains(id, "${") {
		return
	}
	for i, key := range p {
		if !strings.HasPrefix(key, cfn.ForEach) {
			continue
		}
		loop := listed(r.template.Find(p[:i+1]))
		if len(loop) != 3 || "${"+loop[0].Text+"}" != id {
			continue
		}
		for _, value := range listed(r.list(loop[1])) {
			if t := r.jobs[value.Text]; t != nil {
				r.report(diag.UnknownReference, p, "the name of the job "+value.Text+" is filled in by "+key+", and StarJob runs before loops are written out", "write out what refers to the job, as in "+value.Text+"."+t.plan.example()+".Queue.Arn")
			}
		}
	}
}
