package check

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// circularDependencies reports resources that depend on one another, if some of
// them are StarJob's: CloudFormation refuses to create them. StarJob's resources
// alone form no cycle. A cycle contains a resource of the user's or, if jobs refer
// to jobs, a reference that the user wrote in a job.
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

// dependencies is the graph of which resource depends on which.
type dependencies struct {
	check     *checker
	resources map[string]Resource
	needs     map[string][]string // by the resources that were visited
	onPath    map[string]bool     // those that depend on the resource being visited
	reported  map[string]bool     // those in a reported cycle
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

// reportCycle reports the shortest cycle that contains a resource, unless all its
// resources are the user's or one of them is in a cycle that was reported.
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
	chain := cycle[0] + " depends on itself"
	if len(cycle) > 1 {
		chain = cycle[0] + " depends on " + strings.Join(append(cycle[1:], cycle[0]), ", which depends on ")
	}
	d.check.Error(diag.CircularDependency, path, chain,
		"replace one of the references with a literal name or ARN, such as one that follows from the job's Name; or remove one from DependsOn")
}

// shortestCycle returns the resources on the shortest path from a resource back to
// itself, starting with the resource. There must be such a path.
func (d *dependencies) shortestCycle(id string) []string {
	before := map[string]string{} // each resource that was reached, and the one before it
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

// ofFunction are the properties of an AWS::Serverless::Function on which the
// function itself, or its role, depends. Other properties become separate resources
// that depend on the function.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
var ofFunction = []string{"DeadLetterQueue", "Environment", "LoggingConfig", "Policies", "Role"}

// needsOf returns the resources that must exist before a resource. References in a
// branch of Fn::If do not count, because they may have no effect.
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
	case !strings.HasPrefix(kind, cfn.TypeServerlessPrefix): // SAM creates several resources from these
		eachReference(properties, add)
	}
	return all
}

// eachReference calls use with the ID of everything that n refers to, at any
// depth.
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
