package cfn

import "testing"

// valuesOf are the Values of a template with some parameters.
func valuesOf(t *testing.T) Values {
	t.Helper()
	template, problems := Parse([]byte(`
Parameters:
  Size: {Type: Number}
  Name: {Type: String}
  Names: {Type: CommaDelimitedList}
  Secret: {Type: String, NoEcho: true}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>"}
`))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	return NewValues(template, map[string]*Node{
		"Size": NewString("7"), "Name": NewString("replay"), "Names": Strings("a", "b"),
		"Secret": NewString("****"), "Stored": NewString("/path"), "Hidden": NewString("{{resolve:ssm:/x}}"),
	})
}

func TestValuesOfLiteralsAndParameters(t *testing.T) {
	v := valuesOf(t)
	for _, n := range []*Node{NewInt(7), NewString("7"), Ref("Size")} {
		if i, ok := v.Int(n); i != 7 || !ok {
			t.Errorf("%s is %d, %t", EncodeJSON(n), i, ok)
		}
	}
	if b, ok := v.Bool(NewString("true")); !b || !ok {
		t.Error("a string is not read as a boolean")
	}
	if n := v.List(Ref("Names")); !n.Equal(Strings("a", "b")) {
		t.Errorf("the list is %s", EncodeJSON(n))
	}
	if n := Ref("Name"); v.List(n) != n {
		t.Error("a parameter that is not a list is replaced")
	}
	if n, known := v.Resolve(nil); n != nil || !known {
		t.Error("a missing value is unknown")
	}
}

func TestValuesThatMayNotBeUsedAreUnknown(t *testing.T) {
	v := valuesOf(t)
	for _, n := range []*Node{Ref("Secret"), Ref("Stored"), Ref("Missing"), Ref("Hidden"), GetAtt("A", "b"), Sub("${Name}-${Missing}"), Sub("${Secret}")} {
		if s, known := v.Text(n); known {
			t.Errorf("%s is %q", EncodeJSON(n), s)
		}
	}
}

func TestTextOfSub(t *testing.T) {
	v := valuesOf(t)
	if s, known := v.Text(Sub("a-${Name}-${Size}")); s != "a-replay-7" || !known {
		t.Errorf("got %q, %t", s, known)
	}
	withMap := NewMap(E("Fn::Sub", NewList(NewString("${Name}"), NewMap(E("Name", NewString("x"))))))
	if s, known := v.Text(withMap); known {
		t.Errorf("an Fn::Sub with a map is %q", s)
	}
	if s := v.Visible(withMap); s != "${Name}" {
		t.Errorf("visible is %q", s)
	}
	if s := v.Visible(Ref("Hidden")); s != "{{resolve:ssm:/x}}" {
		t.Errorf("visible is %q", s)
	}
}
