package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// statement allows actions on resources. It owns the nodes of the resources.
type statement struct {
	actions   []string
	resources []*cfn.Node
	condition *cfn.Node
	branches  []plan.Branch // the branches of Fn::If to which it is limited
}

// policy returns the permissions that a function needs; nil if it needs none. All
// targets share one statement, because a role is limited to 10,240 characters and a
// job may have 80 steps.
func policy(p *plan.Plan, f *plan.Function) *cfn.Node {
	var statements []statement
	var readable []*plan.Queue
	targets := make([]*plan.Queue, 0, len(f.Targets)+1)
	if s := f.Step; s != nil {
		statements = append(statements, statement{
			actions:   []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
			resources: []*cfn.Node{s.Queue.ARN()},
		})
		readable = append(readable, s.Queue)
	}
	for _, t := range f.Targets {
		targets = append(targets, t.Queue)
	}
	if f.Step != nil && f.Step.DeadLetters.Queue != nil && !slices.Contains(targets, f.Step.DeadLetters.Queue) {
		targets = append(targets, f.Step.DeadLetters.Queue)
	}
	statements = append(statements, statement{actions: []string{"sqs:SendMessage"}, resources: arns(targets)})
	statements = append(statements, keyStatements(readable, targets)...)
	statements = append(statements, functionStatements(p, f)...)
	return document(statements)
}

// arns returns the queues' ARNs.
func arns(queues []*plan.Queue) []*cfn.Node {
	ids := make([]string, len(queues))
	for i, q := range queues {
		ids[i] = q.LogicalID
	}
	return cfn.GetAtts(ids, "Arn")
}

// functionStatements returns the permissions of a function other than those for
// queues. SAM grants them to the roles that it creates. A user's role is expected to
// allow everything that the user configures, but it cannot know StarJob's log group.
func functionStatements(p *plan.Plan, f *plan.Function) []statement {
	if f.Role.Kind == plan.RoleOfSAM {
		return nil
	}
	statements := []statement{{actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, resources: []*cfn.Node{logsARN(p, f)}}}
	if f.Role.Kind != plan.RoleMade {
		return statements
	}
	// Neither network interfaces nor traces can be named before they exist.
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
	everything := func() []*cfn.Node { return []*cfn.Node{cfn.NewString("*")} }
	if f.Effective.Has("VpcConfig") {
		statements = append(statements, statement{actions: networkActions, resources: everything()})
	}
	if f.Effective.Has("TracingConfig") {
		statements = append(statements, statement{actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, resources: everything()})
	}
	return append(statements, failureStatements(p, f)...)
}

// failureStatements allow a function to send to the target of its DeadLetterConfig.
// Without that permission Lambda refuses the function.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func failureStatements(p *plan.Plan, f *plan.Function) []statement {
	target := f.Effective.At("DeadLetterConfig", "TargetArn")
	id, _ := target.Referent()
	text := p.Values.Visible(target)
	switch {
	case p.Queues[id] != nil || strings.Contains(text, ":sqs:"):
		return []statement{{actions: []string{"sqs:SendMessage"}, resources: []*cfn.Node{target.Clone()}}}
	case p.TypeOf(id) == cfn.TypeTopic || strings.Contains(text, ":sns:"):
		return []statement{{actions: []string{"sns:Publish"}, resources: []*cfn.Node{target.Clone()}}}
	}
	return nil // the user's Policies must allow an unknown target
}

// networkActions are the permissions that Lambda needs to place a function in a VPC.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
var networkActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// document returns a policy with all statements that have resources; nil if none
// has.
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
		if !b.Yes {
			yes, no = no, yes
		}
		n = cfn.NewMap(cfn.E("Fn::If", cfn.NewList(b.Condition.Clone(), yes, no)))
	}
	return n
}

func oneOrMore(items []*cfn.Node) *cfn.Node {
	if len(items) == 1 {
		return items[0]
	}
	return cfn.NewList(items...)
}

// logsARN returns the ARN of a function's log group, including its streams.
func logsARN(p *plan.Plan, f *plan.Function) *cfn.Node {
	return f.LogGroup().EachChoice(func(group *cfn.Node) *cfn.Node {
		if id, attribute := group.Referent(); attribute == "" && (id == f.LogsID || p.TypeOf(id) == cfn.TypeLogGroup) {
			return cfn.GetAtt(id, "Arn")
		}
		return cfn.ARN("logs", "log-group:", group, ":*")
	})
}
