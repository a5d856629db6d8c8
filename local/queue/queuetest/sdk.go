//go:build !querysdk

package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// optional is a number that an input may omit.
type optional = *int32

func some(n int32) optional { return &n }

func given(n optional) int32 { return aws.ToInt32(n) }

// ofSDK holds the differences that the SDK causes, not the server.
var ofSDK map[string]Difference

// askSystem asks for system attributes of messages.
func askSystem(in *sqs.ReceiveMessageInput, names ...types.MessageSystemAttributeName) *sqs.ReceiveMessageInput {
	in.MessageSystemAttributeNames = names
	return in
}
