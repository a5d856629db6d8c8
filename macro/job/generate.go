package job

import (
	"github.com/serverless-star/starjob/macro/cfn"
)

// generate decodes the declaration of the generate function.
func (d *decoder) generate(j *Job, path cfn.Path, job *jobKeys) {
	n := d.mapOrFalse(path, job.Generate)
	if n != nil && n.Kind == cfn.Bool {
		return
	}
	var keys generateKeys
	if n != nil {
		d.keys(path, generateTable, n, &keys)
	}
	at := path.Key("Function")
	function := d.ownFunction(at, keys.Function)
	j.Generate = &Generate{
		Path:               path,
		Function:           MergeFunction(job.Function, function).OrElse(cfn.NewMap()),
		Tags:               newTags(job.Tags),
		LogRetentionInDays: job.LogRetentionInDays.OrElse(cfn.NewInt(DefaultLogRetentionInDays)),
	}
	if keys.DefaultStep == nil {
		return
	}
	at = path.Key("DefaultStep")
	name, ok := d.text(at, "DefaultStep", keys.DefaultStep)
	if ok && d.knownStep(at, name, d.stepNames(j)) {
		j.Generate.DefaultStep = name
	}
}

// stepNames returns the names in the template, those of faulty steps too.
func (d *decoder) stepNames(j *Job) []string {
	return d.template.Find(j.Path.Key("Properties", "Steps")).Keys()
}
