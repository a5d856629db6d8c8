package cfn

// ARN returns the ARN of a resource in the stack's account and Region, as an Fn::Sub.
// The name, which may be an intrinsic function, is inserted between two strings.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func ARN(service, before string, name *Node, after string) *Node {
	before = "arn:${AWS::Partition}:" + service + ":${AWS::Region}:${AWS::AccountId}:" + before
	if text, ok := name.AsScalar(); ok {
		return Sub(before + text + after)
	}
	if id, ok := name.AsRef(); ok {
		return Sub(before + "${" + id + "}" + after)
	}
	return NewMap(E("Fn::Sub", NewList(
		NewString(before+"${Name}"+after),
		NewMap(E("Name", name.Clone())),
	)))
}
