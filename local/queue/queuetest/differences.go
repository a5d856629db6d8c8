package queuetest

// Differences are what is known of a server by its name: "moto", "elasticmq" or
// "fauxqs".
// Of others, and of SQS itself, none is known.
func Differences(server string) map[string]Difference {
	return map[string]map[string]Difference{"moto": moto, "elasticmq": elasticMQ, "fauxqs": fauxqs}[server]
}

// api is the page of an action, guide one of the developer guide.
func api(action string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_" + action + ".html"
}

func guide(page string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/" + page + ".html"
}

// noAttempts is of a server that does not know a repeated receive.
func noAttempts(shows string) Difference {
	return Difference{[]string{shows}, "It has no attempts, or others; in SQS a repeated one brings the same messages and receipt handles.", api("ReceiveMessage")}
}

// taken is a failure where SQS would have refused and the server has not.
const taken = "the error is <nil>"
