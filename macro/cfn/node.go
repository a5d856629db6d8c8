// Package cfn holds a CloudFormation template as an ordered tree that keeps what
// it does not understand: key order, numbers beyond float64, unknown sections,
// and, where it was read from source, the place of every value. Nothing in the
// tree is evaluated.
package cfn

import (
	"slices"
	"strconv"

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

// Node is a value of a template. Nodes form trees: a node must have one parent
// at most, so what is put into a second place is cloned first.
type Node struct {
	Kind Kind
	// Text is a String's value, a Number as its source has it (so that no digit
	// is lost), or "true" or "false" for a Bool.
	Text string
	// Items are a List's values.
	Items []*Node
	// Entries are a Map's keys and values, in the order of the source.
	Entries []Entry
	// Range is the value's place in the source; zero where there is none.
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

// E is an Entry without a place in a source.
func E(key string, value *Node) Entry { return Entry{Key: key, Value: value} }

// Strings returns a List of String nodes.
func Strings(values ...string) *Node {
	n := NewList()
	for _, v := range values {
		n.Items = append(n.Items, NewString(v))
	}
	return n
}

// Get returns the value of a key, or nil if n is nil, no Map, or lacks the key.
func (n *Node) Get(key string) *Node {
	if i := n.index(key); i >= 0 {
		return n.Entries[i].Value
	}
	return nil
}

// At follows keys downward from n and returns nil where one is missing.
func (n *Node) At(keys ...string) *Node {
	for _, key := range keys {
		n = n.Get(key)
	}
	return n
}

// Has tells whether the Map n has the key, be its value null.
func (n *Node) Has(key string) bool { return n.index(key) >= 0 }

// KeyRange returns the place of a key in the source.
func (n *Node) KeyRange(key string) diag.Range {
	if i := n.index(key); i >= 0 {
		return n.Entries[i].KeyRange
	}
	return diag.Range{}
}

// Set gives a key of the Map n a value: in its place where the key exists, at
// the end otherwise.
func (n *Node) Set(key string, value *Node) {
	if i := n.index(key); i >= 0 {
		n.Entries[i].Value = value
		return
	}
	n.Entries = append(n.Entries, E(key, value))
}

// Default gives a key of the Map n a value unless it has one.
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
