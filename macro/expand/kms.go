package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// keyStatements are the rights to the KMS keys of queues: a consumer decrypts, a
// producer makes data keys and decrypts too.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (p *plan) keyStatements(readable, targets []*queue) []statement {
	sending := p.keysOf(targets)
	receiving := p.keysOf(readable).without(sending)
	return append(
		sending.statements("kms:Decrypt", "kms:GenerateDataKey"),
		receiving.statements("kms:Decrypt")...)
}

// key is a KMS key as a policy names it.
type key struct {
	resource *cfn.Node // an ARN; of all keys where an alias chooses
	alias    *cfn.Node // nil unless the key is known by an alias alone
	branches []branch  // of Fn::If in which it is the key
}

func (k key) equal(other key) bool {
	return k.resource.Equal(other.resource) && k.alias.Equal(other.alias) && slices.EqualFunc(k.branches, other.branches, branch.equal)
}

func (b branch) equal(other branch) bool {
	return b.yes == other.yes && b.condition.Equal(other.condition)
}

// keys are KMS keys, each once.
type keys []key

func (p *plan) keysOf(queues []*queue) keys {
	var all keys
	for _, q := range queues {
		for _, k := range p.choices(q.key(), nil) {
			if !all.has(k) {
				all = append(all, k)
			}
		}
	}
	return all
}

// choices are the keys that a queue's KmsMasterKeyId can lead to: one for each
// branch of an Fn::If. A statement that names nothing where a queue has no key
// would be refused with its policy.
func (p *plan) choices(n *cfn.Node, in []branch) keys {
	branches := n.Choices()
	if branches == nil {
		k, ok := p.keyOf(n)
		if !ok {
			return nil
		}
		k.branches = in
		return keys{k}
	}
	condition := n.Get("Fn::If").Items[0]
	yes := p.choices(branches[0], append(slices.Clip(in), branch{condition, true}))
	no := p.choices(branches[1], append(slices.Clip(in), branch{condition, false}))
	return append(yes, no...)
}

func (ks keys) has(k key) bool {
	for _, other := range ks {
		if other.equal(k) {
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

// statements allow actions on keys: on those with an ARN together, on those of a
// branch alone, and for each alias on the account's keys that have it. The alias that a request names would
// not do as a condition, for decrypting names none.
// https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
func (ks keys) statements(actions ...string) []statement {
	named := statement{actions: actions}
	var all []statement
	for _, k := range ks {
		if k.alias == nil && k.branches == nil {
			named.resources = append(named.resources, k.resource.Clone())
			continue
		}
		own := statement{actions: actions, resources: []*cfn.Node{k.resource.Clone()}, branches: k.branches}
		if k.alias != nil {
			own.condition = cfn.NewMap(cfn.E("ForAnyValue:StringEquals", cfn.NewMap(cfn.E("kms:ResourceAliases", k.alias.Clone()))))
		}
		all = append(all, own)
	}
	return append([]statement{named}, all...)
}

// keyOf reads a queue's KmsMasterKeyId, which may be an alias, a key's ID or an
// ARN of either; false if it asks for no rights. What cannot be known must be
// the ARN of a key.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html#cfn-sqs-queue-kmsmasterkeyid
func (p *plan) keyOf(n *cfn.Node) (key, bool) {
	if n.IsNothing() {
		return key{}, false
	}
	switch id, _ := referent(n); p.kind(id) {
	case "AWS::KMS::Key":
		return key{resource: cfn.GetAtt(id, "Arn")}, true
	case "AWS::KMS::Alias":
		return key{resource: within("kms", "key/", cfn.NewString("*"), ""), alias: cfn.Ref(id)}, true
	}
	text, known := p.text(n)
	if known && text == "" {
		return key{}, false // SQS takes it for no key
	}
	if call, argument, _ := n.Intrinsic(); !known && call == "Fn::Sub" {
		text, _ = argument.AsString()
		if strings.HasPrefix(text, "${") {
			text = ""
		}
	}
	return p.keyLike(n, text)
}

// keyLike reads a key of which the text is known, or at least what an Fn::Sub
// begins with.
func (p *plan) keyLike(n *cfn.Node, text string) (key, bool) {
	before, alias, isAlias := strings.Cut(text, "alias/")
	switch {
	case text == "alias/aws/sqs" || strings.HasSuffix(text, ":alias/aws/sqs"):
		return key{}, false // SQS's own key is open to all of the account
	case isAlias && before == "":
		return key{resource: within("kms", "key/", cfn.NewString("*"), ""), alias: n.Clone()}, true
	case isAlias:
		return key{resource: like(n, before+"key/*"), alias: like(n, "alias/"+alias)}, true
	case text == "" || strings.HasPrefix(text, "arn:"):
		return key{resource: n.Clone()}, true
	}
	return key{resource: within("kms", "key/", n, "")}, true
}

// like is a text that may hold placeholders if n is a call of Fn::Sub.
func like(n *cfn.Node, text string) *cfn.Node {
	if isCall(n) && strings.Contains(text, "${") {
		return cfn.Sub(text)
	}
	return cfn.NewString(text)
}
