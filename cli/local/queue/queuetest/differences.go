package queuetest

// Differences are what is known of a server by its name: "moto" or "elasticmq".
// Of others, and of SQS itself, none is known.
func Differences(server string) map[string]Difference {
	return map[string]map[string]Difference{"moto": moto, "elasticmq": elasticMQ}[server]
}

// api is the page of an action, guide one of the developer guide.
func api(action string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_" + action + ".html"
}

func guide(page string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/" + page + ".html"
}

// taken is a failure where SQS would have refused and the server has not.
const taken = "the error is <nil>"
