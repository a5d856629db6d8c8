package check

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// circularDependencies reports resources that need one another, where StarJob's
// are among them: CloudFormation refuses to make them. What StarJob adds is in no
// cycle by itself, so each has a resource of the user's in it, or, if jobs refer to
// jobs, through what the user writes in a job.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
func circularDependencies(c *checker, placed []Resource, betweenJobs bool) {
	d := &dependencies{c, map[string]Resource{}, map[string][]string{}, map[string]bool{}, map[string]bool{}}
	for _, r := range placed {
		d.resources[r.Key] = r
	}
	for _, r := range placed {
		if r.Origin == nil || betweenJobs {
			d.visit(r.Key)
		}
	}
}

// dependencies are which resources need which.
type dependencies struct {
	check     *checker
	resources map[string]Resource
	needs     map[string][]string // of the resources that were visited
	onPath    map[string]bool     // those that need the one that is visited
	reported  map[string]bool     // those in cycles that were reported
}

func (d *dependencies) visit(id string) {
	if _, visited := d.needs[id]; visited {
		return
	}
	d.needs[id] = d.needsOf(d.resources[id].Value)
	d.onPath[id] = true
	for _, needed := range d.needs[id] {
		d.visit(needed)
		if d.onPath[needed] {
			d.reportCycle(needed)
		}
	}
	d.onPath[id] = false
}

// reportCycle reports the shortest cycle that a resource is in, unless it has only
// resources of the user's own, or one that was reported in another.
func (d *dependencies) reportCycle(id string) {
	cycle := d.shortestCycle(id)
	own := func(id string) bool { return d.resources[id].Origin == nil }
	at := max(0, slices.IndexFunc(cycle, own))
	cycle = slices.Concat(cycle[at:], cycle[:at])
	generated := slices.IndexFunc(cycle, func(id string) bool { return !own(id) })
	if generated < 0 || slices.ContainsFunc(cycle, func(id string) bool { return d.reported[id] }) {
		return
	}
	for _, id := range cycle {
		d.reported[id] = true
	}
	path := d.resources[cycle[0]].Origin
	if path == nil {
		path = cfn.Path{"Resources", cycle[0]}
	}
	chain := cycle[0] + " needs itself"
	if len(cycle) > 1 {
		chain = cycle[0] + " needs " + strings.Join(append(cycle[1:], cycle[0]), ", which needs ")
	}
	d.check.Error(diag.CircularDependency, path, chain+", and CloudFormation refuses circular dependencies",
		"write a name or ARN as a text in place of one of the references, such as one that follows from the job's Name; or remove one of them from a DependsOn")
}

// wayBack is the shortest way from a resource back to it, which there is: those
// on it, from the resource on.
func (d *dependencies) shortestCycle(id string) []string {
	before := map[string]string{} // each one on a way, and the one before it
	for next := []string{id}; before[id] == ""; next = next[1:] {
		for _, needed := range d.needs[next[0]] {
			if before[needed] == "" {
				before[needed] = next[0]
				next = append(next, needed)
			}
		}
	}
	cycle := []string{id}
	for at := before[id]; at != id; at = before[at] {
		cycle = append(cycle, at)
	}
	slices.Reverse(cycle[1:])
	return cycle
}

// ofFunction are the properties of SAM's functions that go to the function itself
// or to the role that it needs. Others become resources of their own, which need
// the function.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
var ofFunction = []string{"DeadLetterQueue", "Environment", "LoggingConfig", "Policies", "Role"}

// needsOf are the resources that must be there before a resource. Those in a
// branch of Fn::If may not be needed.
func (d *dependencies) needsOf(r *cfn.Node) []string {
	var all []string
	add := func(id string) {
		if _, ok := d.resources[id]; ok {
			all = append(all, id)
		}
	}
	for _, n := range r.Get("DependsOn").Listed() {
		add(n.Text)
	}
	properties := r.Get("Properties")
	switch kind := r.ResourceType(); {
	case kind == cfn.TypeServerlessFunction:
		for _, name := range ofFunction {
			eachReference(properties.Get(name), add)
		}
	case !strings.HasPrefix(kind, cfn.TypeServerlessPrefix): // of which SAM makes several
		eachReference(properties, add)
	}
	return all
}

// eachReference calls use for what n refers to, wherever it is.
func eachReference(n *cfn.Node, use func(id string)) {
	switch call, argument, _ := n.Intrinsic(); call {
	case "Ref":
		use(argument.Text)
	case "Fn::GetAtt":
		id, _, _ := n.AsGetAtt()
		use(id)
	case "Fn::Sub":
		text, own := n.AsSub()
		s, _ := text.AsString()
		cfn.ReplacePlaceholders(s, func(name string) string {
			if !own.Has(name) {
				id, _, _ := strings.Cut(strings.TrimSpace(name), ".")
				use(id)
			}
			return ""
		})
	case "Fn::If":
		return
	}
	if n == nil {
		return
	}
	for _, item := range n.Items {
		eachReference(item, use)
	}
	for _, entry := range n.Entries {
		eachReference(entry.Value, use)
	}
}
