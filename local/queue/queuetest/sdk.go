//go:build !querysdk

package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// optional is a number that an input may leave out.
type optional = *int32

func some(n int32) optional { return &n }

func given(n optional) int32 { return aws.ToInt32(n) }

// ofSDK are the differences that are the SDK's, and no server's.
var ofSDK map[string]Difference

// askSystem asks for system attributes of messages.
func askSystem(in *sqs.ReceiveMessageInput, names ...types.MessageSystemAttributeName) *sqs.ReceiveMessageInput {
	in.MessageSystemAttributeNames = names
	return in
}
