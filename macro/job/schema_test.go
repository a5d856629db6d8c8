package job

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

//go:generate go test -run TestSchemaFiles . -update

// TestTables holds that the decoder and the schema know the same keys.
func TestTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		decoded any
		table   table
	}{
		{resourceKeys{}, resourceTable}, {jobKeys{}, jobTable}, {stepKeys{}, stepTable},
		{retryKeys{}, retryTable}, {generateKeys{}, generateTable}, {tagKeys{}, tagTable},
	} {
		fields := fieldsOf(reflect.TypeOf(c.decoded))
		names := c.table.names()
		slices.Sort(fields)
		slices.Sort(names)
		if !slices.Equal(fields, names) {
			t.Errorf("%T has the keys %v, and its table %v", c.decoded, fields, names)
		}
		for _, k := range c.table.keys {
			if !strings.HasSuffix(k.text, ".") || strings.HasSuffix(k.usual, ".") {
				t.Errorf("%s is explained by %q with the default %q: want a sentence and a word", k.name, k.text, k.usual)
			}
		}
	}
}

func fieldsOf(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			names = append(names, fieldsOf(f.Type)...)
		} else {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestSchemaFiles holds the files that editors and linters read equal to what the
// tables say.
func TestSchemaFiles(t *testing.T) {
	t.Parallel()
	for name, schema := range map[string]*cfn.Node{"template.schema.json": Schema(), "registry/star-job.json": RegistrySchema()} {
		path := filepath.Join("../../docs/schema", name)
		want := append(cfn.EncodeJSONIndent(schema), '\n')
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not up to date: go generate ./macro/job; %v", path, err)
		}
	}
}

// TestREADMEHasEveryKey compares the reference with the tables.
func TestREADMEHasEveryKey(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (job|step|both) \\|").FindAllSubmatch(readme, -1) {
		got = append(got, string(row[1])+" "+string(row[2]))
	}
	var want []string
	for _, name := range jobTable.names() {
		where := "job"
		if slices.Contains(stepTable.names(), name) {
			where = "both"
		}
		want = append(want, name+" "+where)
	}
	for _, name := range stepTable.names() {
		if !slices.Contains(jobTable.names(), name) {
			want = append(want, name+" step")
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the README's reference has\n%q, want\n%q", got, want)
	}
}
