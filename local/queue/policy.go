package queue

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// statements are those of the attribute Policy.
type statements []json.RawMessage

// UnmarshalJSON reads a list, or a single statement.
func (s *statements) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); bytes.HasPrefix(b, []byte("{")) {
		*s = statements{bytes.Clone(b)}
		return nil
	}
	return json.Unmarshal(b, (*[]json.RawMessage)(s))
}

// The bounds of a policy.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
const (
	maxPolicyBytes = 8192
	maxStatements  = 20
	maxActions     = 7 // in a statement
)

// policyFault returns why a policy is invalid; empty if it has the elements that
// every resource policy must have.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func policyFault(value string) string {
	var p struct{ Statement statements }
	switch {
	case len(value) > maxPolicyBytes:
		return fmt.Sprintf("The policy has %d bytes, at most %d are allowed.", len(value), maxPolicyBytes)
	case json.Unmarshal([]byte(value), &p) != nil || len(p.Statement) == 0:
		return "It is not a policy document in JSON with a Statement."
	case len(p.Statement) > maxStatements:
		return fmt.Sprintf("The policy has %d statements, at most %d are allowed.", len(p.Statement), maxStatements)
	}
	for _, statement := range p.Statement {
		if reason := statementFault(statement); reason != "" {
			return reason
		}
	}
	return ""
}

// statementFault returns why a statement of a policy is invalid; empty if it is valid.
func statementFault(statement json.RawMessage) string {
	var s struct {
		Effect                  string
		Principal, NotPrincipal any
		Action, NotAction       oneOrMore
	}
	switch err := json.Unmarshal(statement, &s); {
	case err != nil:
		return "A statement of the policy is malformed."
	case s.Effect != "Allow" && s.Effect != "Deny":
		return "A statement's Effect must be Allow or Deny."
	case (s.Principal == nil) == (s.NotPrincipal == nil):
		return "A statement must have either Principal or NotPrincipal."
	case (len(s.Action) == 0) == (len(s.NotAction) == 0):
		return "A statement must have either Action or NotAction."
	case len(s.Action)+len(s.NotAction) > maxActions:
		return fmt.Sprintf("A statement may have at most %d actions.", maxActions)
	}
	return ""
}

// oneOrMore is a list that may be written as its only value.
type oneOrMore []string

// UnmarshalJSON reads a string, or a list of strings.
func (v *oneOrMore) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		*v = make(oneOrMore, 1)
		return json.Unmarshal(b, &(*v)[0])
	}
	return json.Unmarshal(b, (*[]string)(v))
}
