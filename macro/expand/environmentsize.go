package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/runtime/wire"
)

// environmentSizes reports the functions whose environment is, or with a long
// stack name may be, larger than Lambda takes: the largest, and how many more.
func (p *plan) environmentSizes() {
	var functions []*function
	for _, s := range p.steps {
		functions = append(functions, s.function)
	}
	if p.generate != nil {
		functions = append(functions, p.generate)
	}
	var largest *function
	most, mostQueues, count := wire.MaxEnvironmentBytes, 0, 0
	for _, f := range functions {
		size, queues := p.environmentSize(f)
		if size > wire.MaxEnvironmentBytes {
			count++
		}
		if size > most {
			largest, most, mostQueues = f, size, queues
		}
	}
	if largest == nil {
		return
	}
	p.report(diag.EnvironmentSize, largest.path, fmt.Sprintf("the environment of %s can have up to %d bytes, of which the queues that it generates for take %d; Lambda takes %d", and(largest.id(), count-1), most, mostQueues, wire.MaxEnvironmentBytes), p.shrink(largest, mostQueues > most/2))
}

// environmentSize is how many bytes a function's environment can have, and how
// many of them the list of queues.
func (p *plan) environmentSize(f *function) (size, queues int) {
	variables := p.template.At("Resources", f.id(), "Properties", "Environment", "Variables")
	variables = cfn.Merge(p.globals.At("Environment", "Variables"), variables)
	if variables == nil {
		return 0, 0
	}
	for _, entry := range variables.Entries {
		n := p.longest(entry.Value)
		switch {
		case entry.Key == wire.EnvQueues:
			queues = n
		case entry.Key == wire.EnvName && n == 0:
			n = maxFunctionName
		}
		size += len(entry.Key) + n
	}
	return size, queues
}

func (p *plan) shrink(f *function, queues bool) string {
	const named = "give the job a Name, from which queues are found without their URLs"
	switch {
	case queues && f.step == nil && p.Name == nil: // it generates for all
		return named
	case queues && f.step == nil:
		return "make two jobs of it"
	case queues && p.Name == nil:
		return named + ", or list in Generates what each step really generates"
	case queues:
		return "list in Generates what each step really generates"
	}
	return "shorten the values of your own variables"
}

// and is a name and how many others there are.
func and(name string, others int) string {
	switch others {
	case 0:
		return name
	case 1:
		return name + " and of one other"
	}
	return fmt.Sprintf("%s and of %d others", name, others)
}
