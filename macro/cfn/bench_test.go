package cfn

import (
	"fmt"
	"testing"
)

// megabyte is JSON of about 1 MB, the most that CloudFormation takes.
func megabyte() []byte {
	resources := NewMap()
	for i := range 1750 {
		resources.Set(fmt.Sprintf("Function%d", i), NewMap(
			E("Type", NewString("AWS::Lambda::Function")),
			E("Properties", NewMap(
				E("Code", NewMap(E("S3Bucket", Ref("Bucket")), E("S3Key", Sub("code/${AWS::StackName}/bootstrap.zip")))),
				E("Role", GetAtt("Role", "Arn")),
				E("Timeout", NewInt(60)),
				E("Description", NewString("a text with \"quotes\",\nlines and é, as it is found in templates of some size")),
				E("Environment", NewMap(E("Variables", NewMap(
					E("ONE", NewString("1")), E("QUEUE", GetAtt("Queue", "QueueUrl")), E("LIST", Strings("a", "b", "c", "d")),
				)))),
				E("Tags", NewList(NewMap(E("Key", NewString("team")), E("Value", NewString("star"))))),
				E("Filler", NewString("arn:aws:lambda:eu-central-1:123456789012:function:some-function-name-that-is-long-enough-to-fill-a-template")),
			)),
		))
	}
	return EncodeJSON(NewMap(E("Resources", resources)))
}

// BenchmarkJSON measures the minimum that the macro does with a fragment.
func BenchmarkJSON(b *testing.B) {
	source := megabyte()
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		n, _ := ParseJSON(source)
		EncodeJSON(n)
	}
}

// BenchmarkYAML measures the minimum that the command line does with a template.
func BenchmarkYAML(b *testing.B) {
	n, _ := ParseJSON(megabyte())
	source := EncodeYAML(n)
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		n, _ := Parse(source)
		EncodeYAML(n)
	}
}
