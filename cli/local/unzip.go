package local

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unzip unpacks a zip file, which must hold a bootstrap.
func unzip(path, out string) (program, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return program{}, fmt.Errorf("%s cannot be read as a zip file: %w", path, err)
	}
	defer archive.Close()
	size := uint64(0)
	for _, f := range archive.File {
		if size += f.UncompressedSize64; size > maxUnzipped {
			return program{}, fmt.Errorf("%s holds more than 250 MB, the most that Lambda takes", path)
		}
		if !filepath.IsLocal(f.Name) {
			return program{}, fmt.Errorf("%s holds %q, which leads out of it", path, f.Name)
		}
		if err := extract(f, filepath.Join(out, f.Name)); err != nil {
			return program{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	bootstrap := filepath.Join(out, "bootstrap")
	return program{bootstrap, out}, runnable(bootstrap, path+" holds no bootstrap")
}

// maxUnzipped bounds what a zip file holds.
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
