package cfn

import "testing"

func TestMapKeysKeepTheirOrder(t *testing.T) {
	t.Parallel()
	n := NewMap(E("a", NewInt(1)))
	n.Set("b", NewInt(2))
	n.Set("a", NewInt(3))
	n.Default("a", NewInt(4))
	n.Default("c", NewInt(5))
	n.Delete("b")
	n.Delete("x")
	if got := string(EncodeJSON(n)); got != `{"a":3,"c":5}` {
		t.Errorf("got %s", got)
	}
	if n.At("a", "b") != nil || n.At("c") != n.Get("c") || n.Has("b") || (*Node)(nil).Keys() != nil || !n.KeyRange("x").IsZero() {
		t.Error("wrong keys or values")
	}
}

func TestScalarsConvertAsInCloudFormation(t *testing.T) {
	t.Parallel()
	if i, ok := NewString("12").AsInt(); i != 12 || !ok {
		t.Error("a string with a number is not an int")
	}
	if _, ok := NewString("1.5").AsInt(); ok {
		t.Error("1.5 is an int")
	}
	if b, ok := NewString("True").AsBool(); !b || !ok {
		t.Error("a string with a boolean is not a bool")
	}
	if _, ok := NewInt(1).AsBool(); ok {
		t.Error("1 is a bool")
	}
	if s, ok := NewBool(true).AsScalar(); s != "true" || !ok {
		t.Error("a boolean is not a scalar")
	}
	if _, ok := NewList().AsScalar(); ok {
		t.Error("a list is a scalar")
	}
}
