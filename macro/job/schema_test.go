package job

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

//go:generate go test -run "TestSchemaFilesMatchTheTables|TestReferenceMatchesTheTables" . -update

// TestDecoderAndTablesHaveTheSameKeys compares the structs that the decoder fills
// with the tables from which the schema is made.
func TestDecoderAndTablesHaveTheSameKeys(t *testing.T) {
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
			if !strings.HasSuffix(k.meaning, ".") || strings.HasSuffix(k.standard, ".") || strings.HasSuffix(k.limits, ".") {
				t.Errorf("%s has the meaning %q, the default %q and the limits %q, want only the meaning to end with a period", k.name, k.meaning, k.standard, k.limits)
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

// TestSchemaFilesMatchTheTables compares the files that editors and linters read with
// the tables.
func TestSchemaFilesMatchTheTables(t *testing.T) {
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
