package queuetest

// Differences are what is known of a server by its name: "moto" or "elasticmq".
// Of others, and of SQS itself, none is known.
func Differences(server string) map[string]Difference {
	return map[string]map[string]Difference{"moto": moto, "elasticmq": elasticMQ}[server]
}

var moto, elasticMQ map[string]Difference
