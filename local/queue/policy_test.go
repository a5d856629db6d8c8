package queue

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

const deny = `"Effect":"Deny","Principal":"*","Action":"sqs:*"`

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
		create(t, s, NewID(), attrs{"Policy": good})
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
		_, err := s.Create(NewID(), attrs{"Policy": bad}, nil)
		wantCode(t, err, sqserr.InvalidAttributeValue)
	}
}
