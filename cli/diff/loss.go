package diff

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// losses names the data that is deleted with a resource, by type.
var losses = map[string]string{
	cfn.TypeQueue:    "its messages",
	cfn.TypeLogGroup: "its log events",
	cfn.TypeBucket:   "its objects",
	cfn.TypeTable:    "its items",
}

// lossOf returns what data is deleted with a resource, unless the named policy,
// DeletionPolicy or UpdateReplacePolicy, retains it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
func lossOf(resource *cfn.Node, policy string) string {
	if value, _ := resource.Get(policy).AsString(); strings.HasPrefix(value, "Retain") {
		return ""
	}
	return losses[resource.ResourceType()]
}

// addLoss adds the data that is lost with one more resource. It uses the plural for
// an entire step, which has several queues.
func (c *Change) addLoss(loss string, step bool) {
	if step {
		loss = strings.Replace(loss, "its messages", "the messages in its queues", 1)
	}
	switch {
	case c.Loss == "":
		c.Loss = loss
	case !strings.Contains(c.Loss, loss):
		c.Loss += " and " + loss
	}
}
