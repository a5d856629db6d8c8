package queue

import (
	"context"
	"testing"
)

// TestPermissionsKeepThePolicy: what the user wrote stays as it was.
func TestPermissionsKeepThePolicy(t *testing.T) {
	t.Parallel()
	s := newService()
	for before, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":{"Sid":"mine","Effect":"Deny","Big":12345678901234567890}}`: `{"Version":"2012-10-17","Statement":[{"Sid":"mine","Effect":"Deny","Big":12345678901234567890}]}`,
		`{"Version":"2012-10-17","Id":"i","Statement":[{"Effect":"Deny"}]}`:                              `{"Version":"2012-10-17","Id":"i","Statement":[{"Effect":"Deny"}]}`,
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

func TestPermissionsWantAPolicy(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", attrs{"Policy": "no JSON"})
	_, err := removePermission(s, context.Background(), &removePermissionInput{queueInput{q.url}, "label"})
	wantCode(t, err, codeAttributeValue)
	many := &addPermissionInput{queueInput{q.url}, "label", []string{"123456789012"}, make([]string, maxActions+1)}
	_, err = addPermission(s, context.Background(), many)
	wantCode(t, err, codeOverLimit)
	for _, id := range []string{"", "12345678901", "12345678901x"} {
		_, err = addPermission(s, context.Background(), &addPermissionInput{queueInput{q.url}, "label", []string{id}, []string{"*"}})
		wantCode(t, err, codeInvalidParameter)
	}
}
