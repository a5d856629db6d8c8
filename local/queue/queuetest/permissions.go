package queuetest

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

var permissionCases = map[string]func(probe){
	"AddPermission":         addPermission,
	"AddPermission/refused": addPermissionRefused,
	"RemovePermission":      removePermission,
}

const account = "123456789012"

func (p probe) permit(url *string, label string, accounts, actions []string) error {
	_, err := p.Client.AddPermission(p.ctx, &sqs.AddPermissionInput{QueueUrl: url, Label: &label, AWSAccountIds: accounts, Actions: actions})
	return err
}

// statements are those of the queue's policy, by their labels.
func (p probe) statements(url *string) map[string]map[string]any {
	p.Helper()
	var policy struct{ Statement []map[string]any }
	if text := p.attribute(url, "Policy"); text != "" {
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			p.Fatalf("the policy is %s: %v", text, err)
		}
	}
	byLabel := map[string]map[string]any{}
	for _, s := range policy.Statement {
		byLabel[fmt.Sprint(s["Sid"])] = s
	}
	return byLabel
}

func addPermission(p probe) {
	url := p.queue(nil)
	p.ok(p.permit(url, "one", []string{account}, []string{"SendMessage"}))
	p.ok(p.permit(url, "several", []string{account, "210987654321"}, []string{"ReceiveMessage", "DeleteMessage"}))
	got := p.statements(url)
	if len(got) != 2 || got["one"]["Effect"] != "Allow" || got["one"]["Resource"] != p.attribute(url, "QueueArn") {
		p.Errorf("the statements are %v", got)
	}
	for label, want := range map[string]string{"one": "SQS:SendMessage", "several": "[SQS:ReceiveMessage SQS:DeleteMessage]"} {
		if action := fmt.Sprint(got[label]["Action"]); action != want {
			p.Errorf("the action of %s is %s, want %s", label, action, want)
		}
	}
	if principal := fmt.Sprint(got["one"]["Principal"]); principal != "map[AWS:arn:aws:iam::"+account+":root]" {
		p.Errorf("the principal is %s", principal)
	}
}

func addPermissionRefused(p probe) {
	url := p.queue(nil)
	one := []string{account}
	p.code(p.permit(url, "label", one, []string{"NoAction"}), badParameter)
	p.code(p.permit(url, "label", one, []string{"SetQueueAttributes"}), badParameter)
	p.code(p.permit(url, "a b", one, []string{"SendMessage"}), badParameter)
	p.code(p.permit(url, "label", one, []string{}), "MissingParameter")
	p.code(p.permit(url, "label", []string{}, []string{"SendMessage"}), "MissingParameter")
	p.ok(p.permit(url, "label", one, []string{"SendMessage"}))
	p.code(p.permit(url, "label", one, []string{"ReceiveMessage"}), badParameter)
	if got := p.statements(url); len(got) != 1 {
		p.Errorf("the statements are %v", got)
	}
}

func removePermission(p probe) {
	url := p.queue(nil)
	for _, label := range []string{"a", "b"} {
		p.ok(p.permit(url, label, []string{account}, []string{"*"}))
	}
	remove := func(label string) error {
		_, err := p.Client.RemovePermission(p.ctx, &sqs.RemovePermissionInput{QueueUrl: url, Label: aws.String(label)})
		return err
	}
	p.ok(remove("a"))
	if got := p.statements(url); len(got) != 1 || got["b"] == nil {
		p.Errorf("the statements are %v", got)
	}
	p.code(remove("a"), badParameter)
	p.ok(remove("b"))
	if got := p.statements(url); len(got) != 0 {
		p.Errorf("the statements are %v", got)
	}
}
