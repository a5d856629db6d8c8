package expand_test

import (
	"reflect"
	"testing"

	"github.com/serverless-star/starjob/macro/expand"
)

// TestJobsFindsTheJobsOfAnExpandedTemplate compares with the result of the expansion.
func TestJobsFindsTheJobsOfAnExpandedTemplate(t *testing.T) {
	for _, g := range goldens(t) {
		input, o := g.input(t)
		result, problems := expand.Template(input, o)
		if problems.HasErrors() {
			continue
		}
		if got := expand.Jobs(result.Template); !reflect.DeepEqual(got, result.Jobs) {
			t.Errorf("%s: found\n%+v, want\n%+v", g.path, got, result.Jobs)
		}
	}
}
