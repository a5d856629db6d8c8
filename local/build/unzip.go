package build

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unzip unpacks a zip file into a folder, which it makes.
func unzip(path, out string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read as a zip file: %w", path, err)
	}
	defer archive.Close()
	size := uint64(0)
	for _, f := range archive.File {
		if size += f.UncompressedSize64; size > maxUnzipped {
			return fmt.Errorf("%s is larger than 250 MB unzipped, the limit of Lambda", path)
		}
		if !filepath.IsLocal(f.Name) {
			return fmt.Errorf("%s contains %q, a path outside of the archive", path, f.Name)
		}
		if err := extract(f, filepath.Join(out, f.Name)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return os.MkdirAll(out, 0o700) // the zip file may be empty
}

// maxUnzipped is the maximum size of the files of a zip file, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxUnzipped = 250 << 20

func extract(f *zip.File, to string) error {
	if f.FileInfo().IsDir() {
		return os.MkdirAll(to, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}
