package local

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Types of resources that are stood up.
const (
	queueType      = "AWS::SQS::Queue"
	functionType   = "AWS::Lambda::Function"
	serverlessType = "AWS::Serverless::Function"
	mappingType    = "AWS::Lambda::EventSourceMapping"
	urlType        = "AWS::Lambda::Url"
	aliasType      = "AWS::Lambda::Alias"
	versionType    = "AWS::Lambda::Version"
)

// ref resolves a Ref: to a parameter, a pseudo parameter or a resource.
func (s *scope) ref(p cfn.Path, n, argument *cfn.Node) *cfn.Node {
	name, ok := argument.AsString()
	if _, _, call := argument.Intrinsic(); call { // AWS::LanguageExtensions allows it
		if name, ok = s.text(p, argument); !ok {
			return nil
		}
	}
	if !ok {
		s.report(diag.LocalValue, p, n, "Ref wants the name of a parameter or a resource", "")
		return nil
	}
	if strings.HasPrefix(name, "AWS::") {
		return s.pseudo(p, n, name)
	}
	if value, ok := s.parameters[name]; ok {
		return value
	}
	if s.template.Get("Parameters").Has(name) {
		s.report(diag.NotResolved, p, n, "the parameter "+name+" has no value", "give it one with --parameter-overrides "+name+"=VALUE")
		return nil
	}
	if id, published, dotted := strings.Cut(name, "."); dotted {
		return s.published(p, n, id, published)
	}
	return s.resource(p, n, name, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		id := s.name(at, r)
		switch kind, _ := r.Get("Type").AsString(); {
		case kind == queueType && id != "":
			id = s.queueURL + id
		case kind == aliasType || kind == versionType:
			id = lambdaARN(s.region, s.readQualified(at, kind, r))
		case named[kind].refIsARN && id != "":
			id = s.resourceARN(kind, id)
		}
		return text(id)
	})
}

// pseudo resolves a pseudo parameter; nil for AWS::NoValue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (s *scope) pseudo(p cfn.Path, n *cfn.Node, name string) *cfn.Node {
	switch name {
	case "AWS::NoValue":
		return nil
	case "AWS::Region":
		return cfn.NewString(s.region)
	case "AWS::AccountId":
		return cfn.NewString(account)
	case "AWS::Partition":
		return cfn.NewString(partition)
	case "AWS::URLSuffix":
		return cfn.NewString("amazonaws.com")
	case "AWS::StackName":
		return cfn.NewString(stackName)
	case "AWS::StackId":
		return cfn.NewString(s.arn("cloudformation", "stack/"+stackName+"/"+stackName))
	case "AWS::NotificationARNs":
		return cfn.NewList()
	}
	s.report(diag.LocalValue, p, n, "there is no pseudo parameter "+name, "")
	return nil
}

func (s *scope) getAtt(p cfn.Path, n *cfn.Node) *cfn.Node {
	if id, attribute, ok := n.AsGetAtt(); ok {
		return s.attribute(p, n, id, attribute)
	}
	_, argument, _ := n.Intrinsic()
	if argument == nil || len(argument.Items) < 2 {
		s.report(diag.LocalValue, p, n, "Fn::GetAtt wants a resource and the name of an attribute", "")
		return nil
	}
	parts := make([]string, len(argument.Items))
	for i, item := range argument.Items { // AWS::LanguageExtensions allows calls here
		var ok bool
		if parts[i], ok = s.text(p.Index(i), item); !ok {
			return nil
		}
	}
	return s.attribute(p, n, parts[0], strings.Join(parts[1:], "."))
}

// published resolves what SAM makes of a serverless function with
// AutoPublishAlias: its alias and its version, both of which are the function
// itself here.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (s *scope) published(p cfn.Path, n *cfn.Node, id, what string) *cfn.Node {
	return s.resource(p, n, id, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		kind, _ := r.Get("Type").AsString()
		alias := s.serverlessProperties(r).Get("AutoPublishAlias")
		if kind != serverlessType || alias == nil || what != "Alias" && what != "Version" {
			s.report(diag.LocalValue, p, n, id+" has no "+what, "Alias and Version are there for a serverless function with AutoPublishAlias")
			return nil
		}
		qualifier := "1"
		if what == "Alias" {
			qualifier, _ = s.text(at.Key("Properties", "AutoPublishAlias"), alias)
		}
		return text(s.resourceARN(kind, s.name(at, r)) + ":" + qualifier)
	})
}

// attribute resolves an attribute of a resource: those of queues and functions,
// and the ARN and name of anything else.
func (s *scope) attribute(p cfn.Path, n *cfn.Node, id, attribute string) *cfn.Node {
	return s.resource(p, n, id, func(at cfn.Path, r *cfn.Node) *cfn.Node {
		kind, _ := r.Get("Type").AsString()
		name := s.name(at, r)
		switch {
		case name == "":
			return nil
		case attribute == "Arn", kind == "AWS::SNS::Topic" && attribute == "TopicArn":
			return cfn.NewString(s.resourceARN(kind, name))
		case kind == queueType && attribute == "QueueUrl":
			return cfn.NewString(s.queueURL + name)
		case kind == serverlessType && (attribute == "Alias" || attribute == "Version"):
			delete(s.busy, id)
			return s.published(p, n, id, attribute)
		case attribute == nameProperty(kind), attribute == "Name":
			return cfn.NewString(name)
		}
		return s.unresolved(p, n, id+" is of type "+kind+", whose attribute "+attribute+" has no value on this machine")
	})
}

// resource calls value for a resource that exists, guarding against references
// that lead back to themselves.
func (s *scope) resource(p cfn.Path, n *cfn.Node, id string, value func(cfn.Path, *cfn.Node) *cfn.Node) *cfn.Node {
	r, at := s.template.At("Resources", id), cfn.Path{"Resources", id}
	switch {
	case r == nil || r.Kind != cfn.Map:
		if !s.mayLoop(id) {
			s.report(diag.LocalValue, p, n, "there is no parameter or resource "+id, cmp.Or(suggest(id, append(s.template.Get("Resources").Keys(), s.template.Get("Parameters").Keys()...)), "declare it under Parameters or Resources"))
		}
		return nil
	case s.busy[id]:
		s.report(diag.LocalValue, p, n, "the name of "+id+" refers to itself", "")
		return nil
	case !s.exists(at, r):
		s.report(diag.LocalValue, p, n, id+" does not exist, as its Condition is false", "refer to it only where the same condition holds")
		return nil
	}
	s.busy[id] = true
	defer delete(s.busy, id)
	return value(at, r)
}

// name is a resource's physical name: the one that the template gives it, or
// else one that is the same in every run. It is empty where the template's
// cannot be told.
func (s *scope) name(p cfn.Path, r *cfn.Node) string {
	kind, _ := r.Get("Type").AsString()
	property, id := nameProperty(kind), p[len(p)-1]
	if n := r.At("Properties", property); n != nil {
		if name := s.resolve(p.Key("Properties", property), n); name != nil {
			text, _ := name.AsScalar()
			return text
		}
		if !isNoValue(n) {
			return ""
		}
	}
	if kind == "AWS::S3::Bucket" {
		return strings.ToLower(id)
	}
	switch kind {
	case queueType:
		suffix := ""
		if s.boolean(p.Key("Properties", "FifoQueue"), r.At("Properties", "FifoQueue"), false) {
			suffix = ".fifo"
		}
		return shortened(id, maxQueueName-len(suffix)) + suffix
	case functionType, serverlessType:
		return shortened(id, maxFunctionName)
	}
	return id
}

// Bounds of names, which CloudFormation keeps when it makes them.
const (
	maxQueueName    = 80
	maxFunctionName = 64
)

// shortened ends a name that is too long with a mark of its own.
func shortened(name string, most int) string {
	if len(name) <= most {
		return name
	}
	mark := fnv.New32a()
	mark.Write([]byte(name))
	return fmt.Sprintf("%s-%08x", name[:most-9], mark.Sum32())
}

func isNoValue(n *cfn.Node) bool {
	name, _ := n.AsRef()
	call, _, _ := n.Intrinsic()
	return name == "AWS::NoValue" || call == "Fn::If"
}

func text(s string) *cfn.Node {
	if s == "" {
		return nil
	}
	return cfn.NewString(s)
}

func suggest(word string, candidates []string) string {
	if s := diag.Suggest(word, candidates); s != "" {
		return "did you mean " + s + "?"
	}
	return ""
}
