//go:build querysdk

package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// The last SDK with the Query protocol, v1.26, omits zeros and has only the older name
// for system attributes.
type optional = int32

func some(n int32) optional { return n }

func given(n optional) int32 { return n }

// ofSDK holds the differences that the SDK causes, not the server.
var ofSDK = map[string]Difference{
	"DeleteQueue":                  untyped,
	"unknown queue":                untyped,
	"unknown queue/every action":   untyped,
	"StartMessageMoveTask/refused": {[]string{taken}, "It does not send a rate or a number of 0.", api("StartMessageMoveTask")},
}

var untyped = Difference{[]string{"AWS.SimpleQueueService.NonExistentQueue"}, "It has no type for the error of some actions.", guide("sqs-xml-api-responses")}

func askSystem(in *sqs.ReceiveMessageInput, names ...types.QueueAttributeName) *sqs.ReceiveMessageInput {
	in.AttributeNames = names
	return in
}
