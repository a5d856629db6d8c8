package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// decodeTags returns a List of Maps with Key and Value, whichever form n has.
func decodeTags(d *decoder, path cfn.Path, n *cfn.Node) *cfn.Node {
	if n != nil && n.Kind == cfn.List {
		return decodeTagList(d, path, n)
	}
	if n = d.properties(path, n); n == nil {
		return nil
	}
	list := cfn.NewList()
	for _, e := range n.Entries {
		if strings.HasPrefix(e.Key, "Fn::") {
			reportUnknownKey(d.Problems, path, e, tagTable)
			continue
		}
		addTag(d, list, path.Key(e.Key), cfn.NewString(e.Key), given(e.Value))
	}
	return list
}

func decodeTagList(d *decoder, path cfn.Path, n *cfn.Node) *cfn.Node {
	list := cfn.NewList()
	for i, item := range n.Items {
		at := path.Index(i)
		if item = tagMap(d, at, item); item == nil {
			continue
		}
		var keys tagKeys
		decodeKeys(d.Problems, at, tagTable, item, &keys)
		if keys.Key == nil {
			d.Error(diag.Required, at, "the tag has no Key", "use {Key: …, Value: …}")
			continue
		}
		addTag(d, list, at, keys.Key, keys.Value)
	}
	return list
}

func tagMap(d *decoder, path cfn.Path, item *cfn.Node) *cfn.Node {
	code := diag.WrongType
	if _, _, call := item.Intrinsic(); call {
		code = diag.NotLiteral
	} else if item.Kind == cfn.Map {
		return item
	}
	d.Error(code, path, "the tag is "+describe(item), "use {Key: …, Value: …}; both values may be intrinsic functions")
	return nil
}

// addTag adds a tag. It replaces an earlier one with the same key.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func addTag(d *decoder, list *cfn.Node, path cfn.Path, key, value *cfn.Node) {
	name, literal := key.AsScalar()
	_, _, keyCall := key.Intrinsic()
	_, _, valueCall := value.Intrinsic()
	_, scalar := value.AsScalar()
	switch {
	case value == nil:
		d.Error(diag.Required, path, "the tag has no value", "set a value; it may be \"\"")
	case key.MayBeNothing():
		d.Error(diag.Required, path, "the tag's Key is AWS::NoValue in one branch of Fn::If", "set a key in both branches")
	case value.MayBeNothing():
		d.Error(diag.Required, path, "the tag's value is AWS::NoValue in one branch of Fn::If", "use \"\" in that branch")
	case !literal && !keyCall:
		d.Error(diag.WrongType, path, "the tag's Key is "+describe(key), "use a string")
	case !scalar && !valueCall:
		d.Error(diag.WrongType, path, "the tag's value is "+describe(value), "use a string")
	case literal && (name == "" || len([]rune(name)) > 128 || strings.HasPrefix(strings.ToLower(name), "aws:")):
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("the tag's Key is %q (allowed: 1 to 128 characters that do not start with aws:)", name), "use another key; names that start with aws: are reserved")
	default:
		putTag(list, cfn.NewMap(cfn.E("Key", key), cfn.E("Value", value)))
	}
}

func putTag(list, tag *cfn.Node) {
	for i, other := range list.Items {
		if other.Get("Key").Equal(tag.Get("Key")) {
			list.Items[i] = tag
			return
		}
	}
	list.Items = append(list.Items, tag)
}

// mergeTags merges the tags of over into those of base, key by key.
func mergeTags(base, over *cfn.Node) *cfn.Node {
	merged := cfn.NewList()
	for _, list := range []*cfn.Node{base, over} {
		if list == nil {
			continue
		}
		for _, tag := range list.Items {
			putTag(merged, tag)
		}
	}
	return merged
}

func newTags(list *cfn.Node) []Tag {
	if list == nil {
		return nil
	}
	var tags []Tag
	for _, tag := range list.Items {
		tags = append(tags, Tag{tag.Get("Key"), tag.Get("Value")})
	}
	return tags
}
