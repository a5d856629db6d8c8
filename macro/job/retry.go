package job

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// retry returns a Map of those keys of Retry that are in order.
func (d *decoder) retry(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n = d.properties(path, n); n == nil {
		return nil
	}
	var keys retryKeys
	d.keys(path, retryTable, n, &keys)
	checked := cfn.NewMap()
	set := func(key string, value *cfn.Node, b bounds) {
		if value = d.number(path.Key(key), value, b); value != nil {
			checked.Set(key, value)
		}
	}
	set("MaxAttempts", keys.MaxAttempts, attemptBounds)
	set("MinDelay", keys.MinDelay, delayBounds)
	set("MaxDelay", keys.MaxDelay, delayBounds)
	return checked
}

// newRetry fills in defaults.
func newRetry(n *cfn.Node) Retry {
	return Retry{
		MaxAttempts: n.Get("MaxAttempts").OrElse(cfn.NewInt(DefaultMaxAttempts)),
		MinDelay:    n.Get("MinDelay").OrElse(cfn.NewInt(DefaultMinDelay)),
		MaxDelay:    n.Get("MaxDelay").OrElse(cfn.NewInt(DefaultMaxDelay)),
	}
}

// checkDelays reports delays that exclude each other, where the template gives
// one: in the step, or else in the job.
func (d *decoder) checkDelays(job, step cfn.Path, r Retry) {
	least, known := d.resolve(r.MinDelay)
	most, alsoKnown := d.resolve(r.MaxDelay)
	low, ok := least.AsInt()
	high, alsoOK := most.AsInt()
	if !known || !alsoKnown || !ok || !alsoOK || low <= high {
		return
	}
	path := step.Key("Retry")
	if own := d.template.Find(path); !own.Has("MinDelay") && !own.Has("MaxDelay") {
		path = job.Key("Retry")
	}
	d.report(diag.OutOfBounds, path, fmt.Sprintf("MinDelay is %d s and MaxDelay %d s", low, high),
		fmt.Sprintf("MinDelay must not be over MaxDelay; their defaults are %d and %d", DefaultMinDelay, DefaultMaxDelay))
}
