package build

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	folderPrefix = "starjob-"
	// lockName is a file in a run's folder that is locked while the run lives,
	// whatever ends it.
	lockName = "running"
	// lockGrace is the time that a run has to lock its folder.
	lockGrace = time.Minute
)

// A folder holds what a run builds, and is locked while the run lives.
type folder struct {
	path string
	lock *flock.Flock
}

// makeFolder makes a temporary folder, and removes those of runs that were
// killed.
func makeFolder() (*folder, error) {
	sweep(os.TempDir())
	path, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return nil, fmt.Errorf("cannot create a folder for builds: %w; set TMPDIR to another folder", err)
	}
	f := &folder{path, flock.New(filepath.Join(path, lockName))}
	if locked, _ := f.lock.TryLock(); !locked {
		os.Remove(f.lock.Path()) // an unlocked file would mean that this run is over
	}
	return f, nil
}

func (f *folder) remove() {
	_ = f.lock.Close() // Windows removes no file that is open
	os.RemoveAll(f.path)
}

// sweep removes the folders of runs that have ended. Those of other users stay, as
// their locks cannot be opened.
func sweep(temporary string) {
	locks, _ := filepath.Glob(filepath.Join(temporary, folderPrefix+"*", lockName))
	for _, path := range locks {
		info, err := os.Stat(path)
		if err != nil || time.Since(info.ModTime()) < lockGrace {
			continue
		}
		lock := flock.New(path)
		if free, err := lock.TryLock(); free && err == nil {
			(&folder{filepath.Dir(path), lock}).remove()
		}
	}
}
