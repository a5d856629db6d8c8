package function

import "testing"

func TestLineage(t *testing.T) {
	t.Parallel()
	l := ParseLineage("Root=1-1-1;Parent=2;Sampled=0;Lineage=a:1%7Cb:15%7Cnonsense%7Cc:x;Self=3")
	if l.String() != "a:1|b:15" || l.Count("b") != 15 || l.Count("c") != 0 {
		t.Errorf("%v", l)
	}
	if next := l.Through("b").Through("c"); next.String() != "a:1|b:16|c:1" || l.String() != "a:1|b:15" {
		t.Errorf("%v after %v", next, l)
	}
	if l := ParseLineage("Root=1-1-1"); len(l) != 0 || l.Through("a").String() != "a:1" {
		t.Errorf("%v", l)
	}
}
