package local

import (
	"cmp"
	"strings"
)

// resourceARN is the ARN of a resource by its type and physical name.
func (s *scope) resourceARN(kind, name string) string {
	_, rest, _ := strings.Cut(kind, "::")
	service, _, _ := strings.Cut(strings.ToLower(rest), "::")
	switch kind {
	case queueType:
		return s.arn("sqs", name)
	case functionType, serverlessType:
		return s.arn("lambda", "function:"+name)
	case "AWS::S3::Bucket":
		return "arn:" + partition + ":s3:::" + name
	case "AWS::IAM::Role":
		return "arn:" + partition + ":iam::" + account + ":role/" + name
	case "AWS::SNS::Topic":
		return s.arn("sns", name)
	case "AWS::DynamoDB::Table":
		return s.arn("dynamodb", "table/"+name)
	case "AWS::Kinesis::Stream":
		return s.arn("kinesis", "stream/"+name)
	case "AWS::Logs::LogGroup":
		return s.arn("logs", "log-group:"+name+":*")
	}
	return s.arn(cmp.Or(service, "local"), name)
}

func (s *scope) arn(service, name string) string {
	return "arn:" + partition + ":" + service + ":" + s.region + ":" + account + ":" + name
}

// regionOf is the region in an ARN.
func regionOf(arn string) string {
	for range 3 {
		_, arn, _ = strings.Cut(arn, ":")
	}
	region, _, _ := strings.Cut(arn, ":")
	return region
}
