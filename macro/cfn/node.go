// Package cfn holds a CloudFormation template as an ordered tree, and reads and
// writes that tree as YAML and JSON. The tree keeps the order of keys, numbers beyond
// float64, unknown sections and, if it was read from source, the position of every
// value.
//
// The package does not evaluate intrinsic functions. They are maps, which
// [Node.Intrinsic] recognizes. It does not know Star::Job either.
//
// Start reading at [Node]. [Parse] and [ParseJSON] read a tree, [EncodeYAML] and
// [EncodeJSON] write it.
package cfn

import (
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/diag"
)

// Kind is a node's JSON type.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// withArticle names the kind for messages.
func (k Kind) withArticle() string {
	return [...]string{"empty", "a boolean", "a number", "a string", "a list", "a map"}[k]
}

// Node is a value of a template. Nodes form trees: a node must have at most one
// parent, so clone a node before you put it into a second place.
type Node struct {
	Kind Kind
	// Text is the value of a String, the spelling of a Number in the source (so that
	// no digit is lost), or "true" or "false" for a Bool.
	Text string
	// Items are a List's values.
	Items []*Node
	// Entries are a Map's keys and values, in the order of the source.
	Entries []Entry
	// Range is the value's position in the source; zero if there is no source.
	Range diag.Range
}

// Entry is a key of a Map and its value.
type Entry struct {
	Key      string
	KeyRange diag.Range
	Value    *Node
}

// NewString returns a String node.
func NewString(s string) *Node { return &Node{Kind: String, Text: s} }

// NewInt returns a Number node.
func NewInt(i int) *Node { return &Node{Kind: Number, Text: strconv.Itoa(i)} }

// NewBool returns a Bool node.
func NewBool(b bool) *Node { return &Node{Kind: Bool, Text: strconv.FormatBool(b)} }

// NewList returns a List of the given values.
func NewList(items ...*Node) *Node { return &Node{Kind: List, Items: items} }

// NewMap returns a Map of the given entries.
func NewMap(entries ...Entry) *Node { return &Node{Kind: Map, Entries: entries} }

// E returns an Entry without a position in a source.
func E(key string, value *Node) Entry { return Entry{Key: key, Value: value} }

// Strings returns a List of String nodes.
func Strings(values ...string) *Node {
	n := NewList()
	for _, v := range values {
		n.Items = append(n.Items, NewString(v))
	}
	return n
}

// AsString returns the value of a String node.
func (n *Node) AsString() (string, bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// AsScalar returns a String, Number or Bool as a string. CloudFormation accepts
// each of them where it expects a string.
func (n *Node) AsScalar() (string, bool) {
	if n == nil || (n.Kind != String && n.Kind != Number && n.Kind != Bool) {
		return "", false
	}
	return n.Text, true
}

// AsInt returns the value of an integral Number, or of a String that holds one:
// CloudFormation accepts either where it expects a number.
func (n *Node) AsInt() (int, bool) {
	if n == nil || (n.Kind != String && n.Kind != Number) {
		return 0, false
	}
	i, err := strconv.Atoi(n.Text)
	return i, err == nil
}

// AsBool returns the value of a Bool, or of a String that holds one:
// CloudFormation accepts either where it expects a boolean.
func (n *Node) AsBool() (value, ok bool) {
	if n == nil || (n.Kind != Bool && n.Kind != String) {
		return false, false
	}
	return strings.EqualFold(n.Text, "true"), strings.EqualFold(n.Text, "true") || strings.EqualFold(n.Text, "false")
}

// Get returns the value of a key, or nil if n is nil, is not a Map, or lacks the
// key.
func (n *Node) Get(key string) *Node {
	if i := n.index(key); i >= 0 {
		return n.Entries[i].Value
	}
	return nil
}

// At returns the value at a path of keys below n, or nil if a key is missing.
func (n *Node) At(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Has reports whether the Map n has the key, even if its value is null.
func (n *Node) Has(key string) bool { return n.index(key) >= 0 }

// KeyRange returns the position of a key in the source; zero if n lacks the key
// or has no source.
func (n *Node) KeyRange(key string) diag.Range {
	if i := n.index(key); i >= 0 {
		return n.Entries[i].KeyRange
	}
	return diag.Range{}
}

// Set sets the value of a key in the Map n. A new key is added at the end.
func (n *Node) Set(key string, value *Node) {
	if i := n.index(key); i >= 0 {
		n.Entries[i].Value = value
		return
	}
	n.Entries = append(n.Entries, E(key, value))
}

// Default sets the value of a key in the Map n unless n has the key already.
func (n *Node) Default(key string, value *Node) {
	if !n.Has(key) {
		n.Set(key, value)
	}
}

// Delete removes a key from the Map n.
func (n *Node) Delete(key string) {
	if i := n.index(key); i >= 0 {
		n.Entries = slices.Delete(n.Entries, i, i+1)
	}
}

// Keys returns the keys of the Map n in order.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	keys := make([]string, len(n.Entries))
	for i, e := range n.Entries {
		keys[i] = e.Key
	}
	return keys
}

func (n *Node) index(key string) int {
	if n == nil || n.Kind != Map {
		return -1
	}
	return slices.IndexFunc(n.Entries, func(e Entry) bool { return e.Key == key })
}

// ResourceType returns the Type of the resource n; empty if it has none.
func (n *Node) ResourceType() string {
	name, _ := n.Get("Type").AsString()
	return name
}
