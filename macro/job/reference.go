package job

import (
	"slices"
	"strings"
)

// Reference returns the keys of a job as tables in Markdown, for docs/reference.md:
// one table for the job and its steps, then one each for Retry, Generate and Tags.
func Reference() string {
	var b strings.Builder
	b.WriteString("| key | where | meaning | default and bounds |\n|---|---|---|---|\n")
	for _, k := range jobTable.keys {
		step, both := stepTable.find(k.name)
		where := "job"
		if both {
			where = "both"
		}
		bounds := jobTable.bounds(k)
		if both && step.meaning != k.meaning {
			k.meaning = "On the job: " + lowerFirst(k.meaning) + " On a step: " + lowerFirst(step.meaning)
			bounds = strings.Replace(bounds, required, required+" on the job", 1)
		}
		row(&b, "`"+k.name+"`", where, k.meaning, bounds)
	}
	for _, k := range stepTable.keys {
		if _, both := jobTable.find(k.name); !both {
			row(&b, "`"+k.name+"`", "step", k.meaning, stepTable.bounds(k))
		}
	}
	for _, t := range []struct {
		intro string
		table table
	}{
		{"Keys of `Retry`:", retryTable},
		{"Keys of `Generate`:", generateTable},
		{"Keys of an item of `Tags` in the list form:", tagTable},
	} {
		b.WriteString("\n" + t.intro + "\n\n| key | meaning | default and bounds |\n|---|---|---|\n")
		for _, k := range t.table.keys {
			row(&b, "`"+k.name+"`", k.meaning, t.table.bounds(k))
		}
	}
	return b.String()
}

// find returns the key with a name.
func (t table) find(name string) (key, bool) {
	for _, k := range t.keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

const required = "required"

// bounds returns whether a key is required, its default and its allowed values.
func (t table) bounds(k key) string {
	var parts []string
	if slices.Contains(t.required, k.name) {
		parts = append(parts, required)
	}
	if k.standard != "" {
		parts = append(parts, k.standard)
	}
	if k.limits != "" {
		parts = append(parts, "allowed: "+k.limits)
	}
	return strings.Join(parts, "; ")
}

// awsTypes are the resource types that the texts mention, with links to their pages.
var awsTypes = strings.NewReplacer(
	"AWS::SQS::Queue", "[AWS::SQS::Queue]("+queuePage+")",
	"AWS::Lambda::EventSourceMapping", "[AWS::Lambda::EventSourceMapping]("+eventSourcePage+")",
)

func row(b *strings.Builder, cells ...string) {
	b.WriteString(awsTypes.Replace("| "+strings.Join(cells, " | ")+" |") + "\n")
}

// lowerFirst turns a sentence into one that follows a colon.
func lowerFirst(sentence string) string {
	return strings.ToLower(sentence[:1]) + sentence[1:]
}
