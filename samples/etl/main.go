// Command etl measures every package of a tree of Go source, in three steps.
// extract finds the packages, transform measures one, load writes its figures.
// Source and destination are folders on a laptop and S3 buckets in AWS, with the same
// code.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"gocloud.dev/blob"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/samples/etl/measure"
)

// The steps, each with the type of its items.
var (
	Extract   = star.NewStep[tree]("extract")
	Transform = star.NewStep[directory]("transform")
	Load      = star.NewStep[document]("load")
)

// A tree has the locations of the source and of the figures. Both are URLs, such as
// file:///home/me/project or s3://my-sources?prefix=project/.
type tree struct {
	Source      string `json:"source"`
	Destination string `json:"destination"`
}

// A directory of a tree has one package.
type directory struct {
	tree
	Directory string `json:"directory"` // ends in a slash; the root's is empty
}

// A document has a package's figures and their destination.
type document struct {
	Destination string           `json:"destination"`
	Measures    measure.Measures `json:"measures"`
}

func main() {
	star.Start(Extract.Handle(extract), Transform.Handle(transform), Load.Handle(load))
}

// extract generates one item for each directory with Go source. It looks only at names
// and reads no files.
func extract(ctx context.Context, in tree, generate star.Generate) error {
	in, err := in.orDefault(ctx)
	if err != nil {
		return err
	}
	source, err := buckets.at(ctx, in.Source)
	if err != nil {
		return err
	}
	generated := map[string]bool{}
	objects, listed := source.List(nil).All(ctx)
	for object := range objects {
		dir, _ := path.Split(object.Key)
		if generated[dir] || !isSource(object.Key) {
			continue
		}
		generated[dir] = true
		if err := generate(Transform.With(directory{in, dir})); err != nil {
			return err
		}
	}
	if len(generated) == 0 && listed() == nil {
		return star.Drop(fmt.Errorf("there is no Go source in %s", in.Source))
	}
	return listed()
}

// transform measures the package of one directory and generates its document.
func transform(ctx context.Context, in directory, generate star.Generate) error {
	source, err := buckets.at(ctx, in.Source)
	if err != nil {
		return err
	}
	figures := measure.New(path.Clean(in.Directory))
	objects, listed := source.List(&blob.ListOptions{Prefix: in.Directory, Delimiter: "/"}).All(ctx)
	for object := range objects {
		if object.IsDir || !isSource(object.Key) {
			continue
		}
		text, err := source.ReadAll(ctx, object.Key)
		if err != nil {
			return err
		}
		figures.Add(text)
	}
	if err := listed(); err != nil {
		return err
	}
	return generate(Load.With(document{in.Destination, *figures}))
}

// load writes a package's document. It may run twice: the key depends only on the
// package and the bytes only on its figures.
func load(ctx context.Context, in document, _ star.Generate) error {
	destination, err := buckets.at(ctx, in.Destination)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(in.Measures, "", "  ")
	if err != nil {
		return err
	}
	key := path.Join(in.Measures.Package, "measures.json")
	return destination.WriteAll(ctx, key, text, &blob.WriterOptions{ContentType: "application/json"})
}

// isSource follows the rules of the go command: tests, testdata, and names that begin
// with a dot or an underscore are not part of a package.
func isSource(key string) bool {
	for element := range strings.SplitSeq(key, "/") {
		if element == "testdata" || strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_") {
			return false
		}
	}
	return strings.HasSuffix(key, ".go") && !strings.HasSuffix(key, "_test.go")
}
