package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/wire"
)

// letterSize is what SQS counts of a message.
func letterSize(m Message) int {
	n := len(m.Body)
	for _, a := range m.Attributes {
		n += wire.AttributeBytes(a.Name, a.Type, max(len(a.Value), len(a.Binary)))
	}
	return n
}

func TestDeadLettersFitIntoSQS(t *testing.T) {
	t.Parallel()
	var many []Attribute
	for i := range 10 {
		many = append(many, Attribute{Name: fmt.Sprint("own", i), Type: "String", Value: strings.Repeat("v", 50_000)})
	}
	for _, body := range []int{1, 1000, 600_000, wire.MaxMessageBytes - 1000, wire.MaxMessageBytes - 40, wire.MaxMessageBytes - 1, wire.MaxMessageBytes} {
		for _, text := range []string{"", "short", strings.Repeat("ü", 1<<20)} {
			m := &message{Item: Item{MessageID: "id", Attempt: 5}, body: strings.Repeat("b", body), attributes: many}
			e := deadLetter(m, errors.New(text), deadQueue)
			if size := letterSize(e.Message); size > wire.MaxMessageBytes || size != e.bytes || len(e.Attributes) > wire.MaxAttributes {
				t.Errorf("body %d, error %d: %d bytes (counted %d), %d attributes", body, len(text), size, e.bytes, len(e.Attributes))
			}
			if e.Body != m.body {
				t.Error("the body has changed")
			}
			for _, a := range e.Attributes {
				if a.Value == "" || !utf8.ValidString(a.Value) {
					t.Errorf("attribute %s is %q", a.Name, a.Value)
				}
			}
		}
	}
}

func TestDeadLettersSayMoreOfTheErrorThanOfTheItem(t *testing.T) {
	t.Parallel()
	m := &message{Item: Item{MessageID: "id", Attempt: 5}, body: "1"}
	for i := range 10 {
		m.attributes = append(m.attributes, Attribute{Name: fmt.Sprint("own", i), Type: "Binary", Binary: []byte{0}})
	}
	m.attributes = append(m.attributes, Attribute{Name: wire.AttributeError, Type: "String", Value: "of an earlier life"})
	e := deadLetter(m, errors.New("bad \x00\uFFFE thing"), deadQueue)
	got := map[string]Attribute{}
	for _, a := range e.Attributes {
		got[a.Name] = a
	}
	if len(got) != 10 || got["star.error"].Value != "bad \uFFFD\uFFFD thing" || got["star.attempts"].Value != "5" || got["own0"].Binary == nil {
		t.Errorf("attributes %+v", e.Attributes)
	}
}

// foreign is an error of a handler in another language.
type foreign struct{ name, stack string }

func (f foreign) Error() string     { return "broken" }
func (f foreign) ErrorType() string { return f.name }
func (f foreign) Stack() string     { return f.stack }

func TestErrorsOfOtherLanguagesKeepTheirTypes(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"TypeError":      foreign{name: "TypeError"},
		"ValueError":     &Drop{Err: &RetryAfter{Err: foreign{name: "ValueError"}}},
		"engine.foreign": foreign{},
		"panic":          &Panic{Value: foreign{name: "TypeError"}},
		"RangeError":     fmt.Errorf("%w: %w", errDeadline, &Drop{Err: foreign{name: "RangeError"}}),
	} {
		if got := typeOf(err); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := stackOf(&Drop{Err: foreign{stack: "at f"}}); got != "at f" {
		t.Errorf("stack %q", got)
	}
	if got := stackOf(errors.New("x")); got != "" {
		t.Errorf("stack %q", got)
	}
}

func TestJSONIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	e := newEncoder()
	if got, err := e.json(JSON("{\"a\": \"<\uFFFE>\"}")); got != `{"a": "<\ufffe>"}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := e.json(JSON(nil)); err == nil {
		t.Errorf("%q", got)
	}
}
