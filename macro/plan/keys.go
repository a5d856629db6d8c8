package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// keysOf are the keys that a queue's KmsMasterKeyId can be.
func keysOf(src Source, queue *cfn.Node) []Key {
	return keyChoices(src, queue.Get("KmsMasterKeyId"), nil)
}

// keyChoices are the keys that a KmsMasterKeyId can be: one for each branch of an
// Fn::If. A statement that names nothing where a queue has no key would be refused
// with its policy.
func keyChoices(src Source, n *cfn.Node, in []Branch) []Key {
	choices := n.Choices()
	if choices == nil {
		k, ok := keyOf(src, n)
		if !ok {
			return nil
		}
		k.Branches = in
		return []Key{k}
	}
	condition := n.Get("Fn::If").Items[0]
	yes := keyChoices(src, choices[0], append(slices.Clip(in), Branch{condition, true}))
	no := keyChoices(src, choices[1], append(slices.Clip(in), Branch{condition, false}))
	return append(yes, no...)
}

// keyOf reads a queue's KmsMasterKeyId, which may be an alias, a key's ID or an
// ARN of either; false if it needs no permissions. One that is not known must be
// the ARN of a key.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html#cfn-sqs-queue-kmsmasterkeyid
func keyOf(src Source, n *cfn.Node) (Key, bool) {
	if n.IsNothing() {
		return Key{}, false
	}
	switch id, _ := n.Referent(); src.TypeOf(id) {
	case cfn.TypeKey:
		return Key{Resource: cfn.GetAtt(id, "Arn")}, true
	case cfn.TypeKeyAlias:
		return Key{Resource: anyKey(), Alias: cfn.Ref(id)}, true
	}
	text, known := src.Values.Text(n)
	if known && text == "" {
		return Key{}, false // to SQS that is no key
	}
	if template, own := n.AsSub(); !known && own == nil && template != nil {
		text, _ = template.AsString()
		if strings.HasPrefix(text, "${") {
			text = ""
		}
	}
	return keyLike(n, text)
}

// keyLike reads a key of which the string is known, or at least what an Fn::Sub
// begins with.
func keyLike(n *cfn.Node, text string) (Key, bool) {
	before, alias, isAlias := strings.Cut(text, "alias/")
	switch {
	case text == "alias/aws/sqs" || strings.HasSuffix(text, ":alias/aws/sqs"):
		return Key{}, false // SQS's own key is open to all of the account
	case isAlias && before == "":
		return Key{Resource: anyKey(), Alias: n.Clone()}, true
	case isAlias:
		return Key{Resource: like(n, before+"key/*"), Alias: like(n, "alias/"+alias)}, true
	case text == "" || strings.HasPrefix(text, "arn:"):
		return Key{Resource: n.Clone()}, true
	}
	return Key{Resource: cfn.ARN("kms", "key/", n, "")}, true
}

// anyKey is the ARN of all keys of the account.
func anyKey() *cfn.Node { return cfn.ARN("kms", "key/", cfn.NewString("*"), "") }

// like is a string that may hold placeholders if n is a call of Fn::Sub.
func like(n *cfn.Node, text string) *cfn.Node {
	if n.IsCall() && strings.Contains(text, "${") {
		return cfn.Sub(text)
	}
	return cfn.NewString(text)
}
