package queue

import (
	"context"
	"strconv"
	"strings"
	"testing"
)

const deny = `"Effect":"Deny","Principal":"*","Action":"sqs:*"`

// TestPermissionsKeepThePolicy: what the user wrote stays as it was.
func TestPermissionsKeepThePolicy(t *testing.T) {
	t.Parallel()
	s := newService()
	for before, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":{"Sid":"mine",` + deny + `,"Big":12345678901234567890}}`: `{"Version":"2012-10-17","Statement":[{"Sid":"mine",` + deny + `,"Big":12345678901234567890}]}`,
		`{"Version":"2012-10-17","Id":"i","Statement":[{` + deny + `}]}`:                              `{"Version":"2012-10-17","Id":"i","Statement":[{` + deny + `}]}`,
	} {
		q := create(t, s, newID(), attrs{"Policy": before})
		add := &addPermissionInput{queueInput{q.url}, "label", []string{"123456789012"}, []string{"SendMessage"}}
		if _, err := addPermission(s, context.Background(), add); err != nil {
			t.Fatal(err)
		}
		if _, err := removePermission(s, context.Background(), &removePermissionInput{queueInput{q.url}, "label"}); err != nil {
			t.Fatal(err)
		}
		if got := q.allAttributes()["Policy"]; got != want {
			t.Errorf("the policy is %s, want %s", got, want)
		}
	}
}

func TestPoliciesAreChecked(t *testing.T) {
	t.Parallel()
	s := newService()
	list := func(n int, text string) string { return "[" + strings.Repeat(text+",", n-1) + text + "]" }
	statements := func(n int) string { return `{"Statement":` + list(n, `{`+deny+`}`) + `}` }
	for _, good := range []string{
		statements(maxStatements),
		`{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"1"},"NotAction":` + list(maxActions, `"sqs:Send"`) + `}}`,
		strings.Repeat(" ", maxPolicyBytes-len(statements(1))) + statements(1),
	} {
		create(t, s, newID(), attrs{"Policy": good})
	}
	for _, bad := range []string{
		`no JSON`, `[]`, `"text"`, `{}`, `{"Statement":[]}`, `{"Statement":["text"]}`, statements(maxStatements + 1),
		`{"Statement":{"Effect":"Perhaps","Principal":"*","Action":"sqs:*"}}`,
		`{"Statement":{"Effect":"Deny","Action":"sqs:*"}}`,
		`{"Statement":{"Effect":"Deny","Principal":"*"}}`,
		`{"Statement":{"Effect":"Deny","Principal":"*","Action":5}}`,
		`{"Statement":{"Effect":"Deny","Principal":"*","Action":` + list(maxActions+1, `"sqs:Send"`) + `}}`,
		strings.Repeat(" ", maxPolicyBytes-len(statements(1))+1) + statements(1),
	} {
		_, err := s.Create(newID(), attrs{"Policy": bad}, nil)
		wantCode(t, err, codeAttributeValue)
	}
}

func TestPermissionsHaveBounds(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", nil)
	add := func(label string) error {
		_, err := addPermission(s, context.Background(), &addPermissionInput{queueInput{q.url}, label, []string{"123456789012"}, []string{"*"}})
		return err
	}
	for i := range maxStatements {
		if err := add(strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, add("more"), codeOverLimit)
	many := &addPermissionInput{queueInput{q.url}, "label", []string{"123456789012"}, make([]string, maxActions+1)}
	_, err := addPermission(s, context.Background(), many)
	wantCode(t, err, codeOverLimit)
	for _, id := range []string{"", "12345678901", "12345678901x"} {
		_, err = addPermission(s, context.Background(), &addPermissionInput{queueInput{q.url}, "label", []string{id}, []string{"*"}})
		wantCode(t, err, codeInvalidParameter)
	}
}
