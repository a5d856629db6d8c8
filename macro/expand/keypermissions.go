package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// keyStatements returns the permissions for the KMS keys of queues. A consumer
// decrypts; a producer generates data keys and also decrypts.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func keyStatements(readable, targets []*plan.Queue) []statement {
	sending := keysOf(targets)
	receiving := keysOf(readable).without(sending)
	return append(
		sending.statements("kms:Decrypt", "kms:GenerateDataKey"),
		receiving.statements("kms:Decrypt")...)
}

// keys are KMS keys without duplicates.
type keys []plan.Key

func keysOf(queues []*plan.Queue) keys {
	var all keys
	for _, q := range queues {
		for _, k := range q.Keys {
			if !all.has(k) {
				all = append(all, k)
			}
		}
	}
	return all
}

func (ks keys) has(k plan.Key) bool {
	for _, other := range ks {
		if other.Equal(k) {
			return true
		}
	}
	return false
}

func (ks keys) without(others keys) keys {
	var rest keys
	for _, k := range ks {
		if !others.has(k) {
			rest = append(rest, k)
		}
	}
	return rest
}

// statements returns statements that allow actions on the keys. Keys with an ARN share
// one statement. A key of a branch has its own statement in that branch. A key with an
// alias has a statement for all keys of the account that have the alias. The alias in
// the request cannot be the condition, because a request to decrypt has none.
// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
func (ks keys) statements(actions ...string) []statement {
	named := statement{actions: actions}
	var all []statement
	for _, k := range ks {
		if k.Alias == nil && k.Branches == nil {
			named.resources = append(named.resources, k.Resource.Clone())
			continue
		}
		own := statement{actions: actions, resources: []*cfn.Node{k.Resource.Clone()}, branches: k.Branches}
		if k.Alias != nil {
			own.condition = cfn.NewMap(cfn.E("ForAnyValue:StringEquals", cfn.NewMap(cfn.E("kms:ResourceAliases", k.Alias.Clone()))))
		}
		all = append(all, own)
	}
	return append([]statement{named}, all...)
}
