// Package arn writes and reads Amazon Resource Names (ARNs) of a stack that
// runs locally: in one account and one partition. It knows only the form of names,
// not whether the resources exist. [Of] and [Function] are where
// to start reading.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
package arn

import "strings"

const (
	// Account is the account that all local resources belong to.
	Account = "000000000000"
	// Partition is the partition of every local ARN.
	Partition = "aws"
)

// Of returns the ARN of a resource of a service: Of("us-east-1", "sqs", "Work").
func Of(region, service, resource string) string {
	return "arn:" + Partition + ":" + service + ":" + region + ":" + Account + ":" + resource
}

// Name returns the last part of an ARN, which is the name of a queue.
func Name(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// Region returns the region in an ARN; empty if it has none.
func Region(arn string) string {
	for range 3 {
		_, arn, _ = strings.Cut(arn, ":")
	}
	region, _, _ := strings.Cut(arn, ":")
	return region
}
