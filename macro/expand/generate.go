package expand

import (
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// planGenerate decides the generate function, which puts items into all queues
// of the job from outside.
func (p *plan) planGenerate() *function {
	return p.planFunction(&function{
		base: p.LogicalID + pascal(generateName), name: generateName, path: p.Generate.Path,
		handler: wire.GenerateHandler, targets: p.steps,
		tags: p.Generate.Tags, retention: p.Generate.LogRetentionInDays,
	}, job.MergeFunction(p.common(), p.Generate.Function))
}
