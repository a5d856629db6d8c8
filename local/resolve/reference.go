package resolve

import (
	"cmp"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// stackName is the name of every local stack.
const stackName = "local"

// ref resolves a Ref: to a parameter, a pseudo parameter or a resource.
func (t *Template) ref(p cfn.Path, n, argument *cfn.Node) *cfn.Node {
	name, ok := argument.AsString()
	if _, _, call := argument.Intrinsic(); call { // AWS::LanguageExtensions allows it
		if name, ok = t.Scalar(p, argument); !ok {
			return nil
		}
	}
	if !ok {
		t.Report(diag.LocalValue, p, n, "Ref requires the name of a parameter or a resource", "")
		return nil
	}
	if strings.HasPrefix(name, "AWS::") {
		return t.pseudo(p, n, name)
	}
	if value, ok := t.parameters[name]; ok {
		return value
	}
	if t.root.Get("Parameters").Has(name) {
		t.Report(diag.NotResolved, p, n, "the parameter "+name+" has no value", "set it with --parameter-overrides "+name+"=VALUE")
		return nil
	}
	if id, published, dotted := strings.Cut(name, "."); dotted {
		return t.published(p, n, id, published)
	}
	return t.resource(p, n, name, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		id := t.Name(at, r)
		switch kind := r.ResourceType(); {
		case kind == cfn.TypeQueue && id != "":
			id = t.QueueURL(id)
		case kind == cfn.TypeFunctionAlias || kind == cfn.TypeFunctionVersion:
			id = t.Qualified(at, kind, r).ARN(t.location.Region)
		case resourceTypes[kind].refIsARN && id != "":
			id = resourceARN(t.location.Region, kind, id)
		}
		return stringNode(id)
	})
}

// pseudo resolves a pseudo parameter; nil for AWS::NoValue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (t *Template) pseudo(p cfn.Path, n *cfn.Node, name string) *cfn.Node {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::Region":
		return cfn.NewString(t.location.Region)
	case "AWS::AccountId":
		return cfn.NewString(arn.Account)
	case "AWS::Partition":
		return cfn.NewString(arn.Partition)
	case "AWS::URLSuffix":
		return cfn.NewString("amazonaws.com")
	case "AWS::StackName":
		return cfn.NewString(stackName)
	case "AWS::StackId":
		return cfn.NewString(arn.Of(t.location.Region, "cloudformation", "stack/"+stackName+"/"+stackName))
	case "AWS::NotificationARNs":
		return cfn.NewList()
	}
	t.Report(diag.LocalValue, p, n, name+" is not a pseudo parameter", "")
	return nil
}

// getAtt resolves a Fn::GetAtt.
func (t *Template) getAtt(p cfn.Path, n *cfn.Node) *cfn.Node {
	if id, attribute, ok := n.AsGetAtt(); ok {
		return t.attribute(p, n, id, attribute)
	}
	_, argument, _ := n.Intrinsic()
	if argument == nil || len(argument.Items) < 2 {
		t.Report(diag.LocalValue, p, n, "Fn::GetAtt requires a resource and the name of an attribute", "")
		return nil
	}
	parts := make([]string, len(argument.Items))
	for i, item := range argument.Items { // AWS::LanguageExtensions allows calls in the list
		var ok bool
		if parts[i], ok = t.Scalar(p.Index(i), item); !ok {
			return nil
		}
	}
	return t.attribute(p, n, parts[0], strings.Join(parts[1:], "."))
}

// published resolves what SAM makes of a serverless function with
// AutoPublishAlias: its alias and its version.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (t *Template) published(p cfn.Path, n *cfn.Node, id, what string) *cfn.Node {
	return t.resource(p, n, id, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		kind := r.ResourceType()
		alias := t.ServerlessProperties(r).Get("AutoPublishAlias")
		if kind != cfn.TypeServerlessFunction || alias == nil || what != "Alias" && what != "Version" {
			t.Report(diag.LocalValue, p, n, id+" has no "+what, "refer to Alias and Version only of a serverless function that sets AutoPublishAlias")
			return nil
		}
		qualifier := arn.FirstVersion
		if what == "Alias" {
			qualifier, _ = t.Scalar(at.Key("Properties", "AutoPublishAlias"), alias)
		}
		return stringNode(resourceARN(t.location.Region, kind, t.Name(at, r)) + ":" + qualifier)
	})
}

// Qualified returns the function, with its qualifier, that an
// AWS::Lambda::Alias or AWS::Lambda::Version refers to. Parts of it that cannot be
// resolved are empty, and not reported.
func (t *Template) Qualified(p cfn.Path, kind string, r *cfn.Node) arn.Function {
	p, properties := p.Key("Properties"), r.Get("Properties")
	target := t.Optional(p.Key("FunctionName"), properties.Get("FunctionName"))
	q := arn.Function{Region: t.location.Region, Name: arn.FunctionName(target), Qualifier: arn.FirstVersion}
	if kind == cfn.TypeFunctionAlias {
		q.Qualifier = t.Optional(p.Key("Name"), properties.Get("Name"))
	}
	return q
}

// attribute resolves an attribute of a resource: those of queues and functions,
// and the ARN and name of anything else.
func (t *Template) attribute(p cfn.Path, n *cfn.Node, id, attribute string) *cfn.Node {
	return t.resource(p, n, id, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		kind := r.ResourceType()
		name := t.Name(at, r)
		switch {
		case name == "":
			return nil
		case attribute == "Arn", kind == cfn.TypeTopic && attribute == "TopicArn":
			return cfn.NewString(resourceARN(t.location.Region, kind, name))
		case kind == cfn.TypeQueue && attribute == "QueueUrl":
			return cfn.NewString(t.QueueURL(name))
		case kind == cfn.TypeServerlessFunction && (attribute == "Alias" || attribute == "Version"):
			delete(t.resolving, id)
			return t.published(p, n, id, attribute)
		case attribute == nameProperty(kind), attribute == "Name":
			return cfn.NewString(name)
		}
		return t.unresolved(p, n, id+"."+attribute+", an attribute of "+kind+", is known only in AWS")
	})
}

// resource calls value for a resource that exists, and guards against references
// to itself.
func (t *Template) resource(p cfn.Path, n *cfn.Node, id string, value func(cfn.Path, *cfn.Node) *cfn.Node) *cfn.Node {
	r, at := t.Resources().Get(id), cfn.Path{"Resources", id}
	switch {
	case r == nil || r.Kind != cfn.Map:
		if !t.reportLoopsMaking(id) {
			t.Report(diag.LocalValue, p, n, id+" is not a parameter or resource of the template", cmp.Or(didYouMean(id, append(t.Resources().Keys(), t.root.Get("Parameters").Keys()...)), "declare it under Parameters or Resources"))
		}
		return nil
	case t.resolving[id]:
		t.Report(diag.LocalValue, p, n, "the name of "+id+" refers to itself", "")
		return nil
	case !t.Exists(at, r):
		t.Report(diag.LocalValue, p, n, id+" is not created, because its Condition is false", "refer to it only where the same condition is true")
		return nil
	}
	t.resolving[id] = true
	defer delete(t.resolving, id)
	return value(at, r)
}

// Name returns a resource's physical name: the one that the template gives it,
// or one that is the same in every run. It is empty if the template's name cannot
// be resolved.
func (t *Template) Name(p cfn.Path, r *cfn.Node) string {
	kind := r.ResourceType()
	property, id := nameProperty(kind), p[len(p)-1]
	if n := r.At("Properties", property); n != nil {
		if name := t.Value(p.Key("Properties", property), n); name != nil {
			text, _ := name.AsScalar()
			return text
		}
		if !isNoValue(n) {
			return ""
		}
	}
	if kind == cfn.TypeBucket {
		return strings.ToLower(id)
	}
	switch kind {
	case cfn.TypeQueue:
		suffix := ""
		if t.Bool(p.Key("Properties", "FifoQueue"), r.At("Properties", "FifoQueue"), false) {
			suffix = ".fifo"
		}
		return shorten(id, maxQueueName-len(suffix)) + suffix
	case cfn.TypeFunction, cfn.TypeServerlessFunction:
		return shorten(id, maxFunctionName)
	}
	return id
}

// stringNode returns nil for an empty string.
func stringNode(s string) *cfn.Node {
	if s == "" {
		return nil
	}
	return cfn.NewString(s)
}

// ServerlessProperties returns the properties of a serverless function, merged
// over those of Globals. They are not resolved.
func (t *Template) ServerlessProperties(r *cfn.Node) *cfn.Node {
	return cfn.Merge(cfn.FunctionGlobals(t.root, r), r.Get("Properties"))
}
