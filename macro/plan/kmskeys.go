package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// keysOf returns the possible keys of a queue.
func keysOf(src Source, queue *cfn.Node) []Key {
	return keyChoices(src, queue.Get("KmsMasterKeyId"), nil)
}

// keyChoices returns the possible keys of a KmsMasterKeyId, one for each branch of an
// Fn::If with a key. A branch without a key must not result in a statement, because
// IAM refuses a policy with a statement that names no resource.
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
// ARN of either. It returns false if the key needs no permissions. An unknown value
// is assumed to be the ARN of a key.
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
		return Key{}, false // to SQS this means no key
	}
	if template, own := n.AsSub(); !known && own == nil && template != nil {
		text, _ = template.AsString()
		if strings.HasPrefix(text, "${") {
			text = ""
		}
	}
	return keyLike(n, text)
}

// keyLike reads a key if its string, or at least the beginning of its Fn::Sub, is
// known.
func keyLike(n *cfn.Node, text string) (Key, bool) {
	before, alias, isAlias := strings.Cut(text, "alias/")
	switch {
	case text == "alias/aws/sqs" || strings.HasSuffix(text, ":alias/aws/sqs"):
		return Key{}, false // the key of SQS is open to the entire account
	case isAlias && before == "":
		return Key{Resource: anyKey(), Alias: n.Clone()}, true
	case isAlias:
		return Key{Resource: like(n, before+"key/*"), Alias: like(n, "alias/"+alias)}, true
	case text == "" || strings.HasPrefix(text, "arn:"):
		return Key{Resource: n.Clone()}, true
	}
	return Key{Resource: cfn.ARN("kms", "key/", n, "")}, true
}

// anyKey returns the ARN pattern of all keys of the account.
func anyKey() *cfn.Node { return cfn.ARN("kms", "key/", cfn.NewString("*"), "") }

// like returns a string, as an Fn::Sub if n is one and the string has placeholders.
func like(n *cfn.Node, text string) *cfn.Node {
	if n.IsCall() && strings.Contains(text, "${") {
		return cfn.Sub(text)
	}
	return cfn.NewString(text)
}
