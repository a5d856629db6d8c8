package expand

import "github.com/serverless-star/starjob/macro/cfn"

// within is the ARN of something of this account and region: a resource whose
// name, which may be an intrinsic function, stands between two texts.
func within(service, before string, name *cfn.Node, after string) *cfn.Node {
	return arnOf("arn:${AWS::Partition}:"+service+":${AWS::Region}:${AWS::AccountId}:"+before, name, after)
}

// arnOf is a text for Fn::Sub with a value in it, which may be an intrinsic
// function.
func arnOf(before string, value *cfn.Node, after string) *cfn.Node {
	if text, ok := value.AsScalar(); ok {
		return cfn.Sub(before + text + after)
	}
	if id, ok := value.AsRef(); ok {
		return cfn.Sub(before + "${" + id + "}" + after)
	}
	return cfn.NewMap(cfn.E("Fn::Sub", cfn.NewList(
		cfn.NewString(before+"${Name}"+after),
		cfn.NewMap(cfn.E("Name", value.Clone())),
	)))
}
