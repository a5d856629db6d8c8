package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"github.com/serverless-star/starjob/macro/cfn"
)

func (f *function) logsID() string { return f.base + "Logs" }

// makesLogs tells whether the function gets a log group of StarJob's, so that
// its logs expire: it does unless the user names one for all cases.
func (f *function) makesLogs() bool {
	config := f.effective.Get("LoggingConfig")
	return !isCall(config) && config.Get("LogGroup").MayBeNothing()
}

// logGroup is the name of the function's log group. CloudFormation names
// StarJob's, so that it does not meet one that Lambda made before.
func (f *function) logGroup() *cfn.Node {
	return f.effective.At("LoggingConfig", "LogGroup").OrElse(cfn.Ref(f.logsID()))
}

// setLogs leads a function to StarJob's log group.
func (f *function) setLogs(properties *cfn.Node) {
	if f.makesLogs() {
		properties.Set("LoggingConfig", cfn.Merge(properties.Get("LoggingConfig"), cfn.NewMap(cfn.E("LogGroup", f.logGroup()))))
	}
}

func logsResource(f *function) *cfn.Node {
	r, properties := typed(&logs.LogGroup{})
	properties.Set("RetentionInDays", f.retention.Clone())
	addTags(properties, f.tags)
	return r
}

// logsARN is what a function may write to: its log group with the streams in it.
func (p *plan) logsARN(f *function) *cfn.Node {
	return f.logGroup().EachChoice(func(group *cfn.Node) *cfn.Node {
		if id, attribute := referent(group); attribute == "" && (id == f.logsID() || p.kind(id) == logGroupType) {
			return cfn.GetAtt(id, "Arn")
		}
		return within("logs", "log-group:", group, ":*")
	})
}

const logGroupType = "AWS::Logs::LogGroup"
