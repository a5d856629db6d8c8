package check

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// The longest possible values of everything that is known only at deployment.
const (
	longestURL       = "https://sqs.cn-northwest-1.amazonaws.com.cn/123456789012/"
	longestARN       = "arn:aws-iso-f:sqs:us-isof-south-1:123456789012:"
	longestPartition = "aws-us-gov"
	longestRegion    = "us-isof-south-1"
	longestSuffix    = "amazonaws.com.cn"
	longestStackName = 128
)

// longest returns the maximum length of a value in bytes. A queue name that
// CloudFormation chooses counts with its full length, because it contains the
// stack's name, which may be long. An unknown value of the user's counts as empty:
// StarJob must not refuse a template that AWS might accept.
func longest(c *checker, n *cfn.Node) int {
	if id, attribute, ok := n.AsGetAtt(); ok {
		return longestOf(c, id, attribute)
	}
	if text, known := c.values.Text(n); known {
		return len(text)
	}
	if name, ok := n.AsRef(); ok {
		return longestOf(c, name, "")
	}
	text, own := n.AsSub()
	s, _ := text.AsString()
	return longestSub(c, s, own)
}

func longestSub(c *checker, text string, own *cfn.Node) int {
	size := 0
	literal := cfn.ReplacePlaceholders(text, func(name string) string {
		if n := own.Get(name); n != nil {
			size += longest(c, n)
			return ""
		}
		id, attribute, _ := strings.Cut(name, ".")
		size += longestOf(c, id, attribute)
		return ""
	})
	return size + len(literal)
}

// longestOf returns the maximum length of a reference's value: of an attribute, or,
// without one, of a Ref.
func longestOf(c *checker, id, attribute string) int {
	switch id {
	case "AWS::Partition":
		return len(longestPartition)
	case "AWS::Region":
		return len(longestRegion)
	case "AWS::AccountId":
		return len("123456789012")
	case "AWS::URLSuffix":
		return len(longestSuffix)
	case "AWS::StackName":
		return longestStackName
	}
	if q := c.plan.Queues[id]; q != nil {
		return longestQueue(c, q, attribute)
	}
	if strings.HasSuffix(id, "Logs") && attribute == "Arn" {
		return len(longestARN+"log-group:-XXXXXXXXXXXX:*") + longestStackName + len(id)
	}
	if attribute != "" {
		return 0
	}
	text, _ := c.values.Text(cfn.Ref(id))
	return len(text)
}

func longestQueue(c *checker, q *plan.Queue, attribute string) int {
	name := maxQueueName
	if text, known := c.values.Text(q.Properties.Get("QueueName")); known {
		name = len(text)
	} else if q.Short {
		name = len(plan.FIFOName("", q.FIFO)) + maxFunctionName // the function has the same name
	}
	switch attribute {
	case "":
		return len(longestURL) + name
	case "Arn":
		return len(longestARN) + name
	}
	return name
}

// jsonSize returns the maximum number of characters of a policy, without white
// space.
func jsonSize(c *checker, n *cfn.Node) int {
	switch {
	case n == nil:
		return 0
	case n.Kind == cfn.Map && !n.IsCall():
		size := len("{}")
		for _, entry := range n.Entries {
			size += len(entry.Key) + len(`"":,`) + jsonSize(c, entry.Value)
		}
		return size
	case n.Kind == cfn.List:
		size := len("[]")
		for _, item := range n.Items {
			size += jsonSize(c, item) + len(",")
		}
		return size
	}
	return longest(c, n) + len(`""`)
}
