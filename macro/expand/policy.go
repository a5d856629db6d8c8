package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// statement allows actions on resources, whose nodes belong to it alone.
type statement struct {
	actions   []string
	resources []*cfn.Node
	condition *cfn.Node
	branches  []branch // of Fn::If that it is only there in
}

// branch is one of the two of an Fn::If.
type branch struct {
	condition *cfn.Node
	yes       bool
}

// policy is what a function needs and no more; nil where it needs nothing.
// Targets share one statement, for a role has room for 10,240 characters and a
// job may have 80 steps.
func (p *plan) policy(f *function) *cfn.Node {
	var statements []statement
	var readable []*queue
	targets := make([]*queue, 0, len(f.targets)+1)
	if s := f.step; s != nil {
		statements = append(statements, statement{
			actions:   []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
			resources: []*cfn.Node{s.queue.arn()},
		})
		readable = append(readable, s.queue)
	}
	for _, t := range f.targets {
		targets = append(targets, t.queue)
	}
	if f.step != nil && f.step.dead.queue != nil && !slices.Contains(targets, f.step.dead.queue) {
		targets = append(targets, f.step.dead.queue)
	}
	statements = append(statements, statement{actions: []string{"sqs:SendMessage"}, resources: arns(targets)})
	statements = append(statements, p.keyStatements(readable, targets)...)
	statements = append(statements, p.functionStatements(f)...)
	return document(statements)
}

// arns are the queues' ARNs.
func arns(queues []*queue) []*cfn.Node {
	ids := make([]string, len(queues))
	for i, q := range queues {
		ids[i] = q.id
	}
	return cfn.GetAtts(ids, "Arn")
}

// functionStatements are what a function needs apart from queues. SAM grants
// that to its own roles. A user's role comes with what the user's settings of
// the function ask for, but not with the right to StarJob's log group.
func (p *plan) functionStatements(f *function) []statement {
	if f.role.kind == roleOfSAM {
		return nil
	}
	statements := []statement{{actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, resources: []*cfn.Node{p.logsARN(f)}}}
	if f.role.kind != roleMade {
		return statements
	}
	// Neither network interfaces nor traces can be named before they exist.
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
	everything := func() []*cfn.Node { return []*cfn.Node{cfn.NewString("*")} }
	if f.effective.Has("VpcConfig") {
		statements = append(statements, statement{actions: networkActions, resources: everything()})
	}
	if f.effective.Has("TracingConfig") {
		statements = append(statements, statement{actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, resources: everything()})
	}
	return append(statements, p.failureStatements(f)...)
}

// failureStatements let a function send where its DeadLetterConfig says, without
// which Lambda refuses the function.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func (p *plan) failureStatements(f *function) []statement {
	target := f.effective.At("DeadLetterConfig", "TargetArn")
	id, _ := referent(target)
	text := p.visible(target)
	switch {
	case p.queues[id] != nil || strings.Contains(text, ":sqs:"):
		return []statement{{actions: []string{"sqs:SendMessage"}, resources: []*cfn.Node{target.Clone()}}}
	case p.kind(id) == topicType || strings.Contains(text, ":sns:"):
		return []statement{{actions: []string{"sns:Publish"}, resources: []*cfn.Node{target.Clone()}}}
	}
	return nil // what cannot be known, Policies must allow
}

// networkActions are what Lambda needs to place a function in a VPC.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
var networkActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// document is a policy of all statements that concern something; nil if none
// does.
func document(statements []statement) *cfn.Node {
	list := cfn.NewList()
	for _, s := range statements {
		if len(s.resources) > 0 {
			list.Items = append(list.Items, s.node())
		}
	}
	if len(list.Items) == 0 {
		return nil
	}
	return cfn.NewMap(cfn.E("Version", cfn.NewString("2012-10-17")), cfn.E("Statement", list))
}

func (s statement) node() *cfn.Node {
	n := cfn.NewMap(
		cfn.E("Effect", cfn.NewString("Allow")),
		cfn.E("Action", oneOrMore(cfn.Strings(s.actions...).Items)),
		cfn.E("Resource", oneOrMore(s.resources)),
	)
	if s.condition != nil {
		n.Set("Condition", s.condition)
	}
	for _, b := range slices.Backward(s.branches) {
		yes, no := n, cfn.Ref("AWS::NoValue")
		if !b.yes {
			yes, no = no, yes
		}
		n = cfn.NewMap(cfn.E("Fn::If", cfn.NewList(b.condition.Clone(), yes, no)))
	}
	return n
}

func oneOrMore(items []*cfn.Node) *cfn.Node {
	if len(items) == 1 {
		return items[0]
	}
	return cfn.NewList(items...)
}
