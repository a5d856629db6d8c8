package build

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestFoldersOfKilledRunsAreRemoved, and no others.
func TestFoldersOfKilledRunsAreRemoved(t *testing.T) {
	temporary := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // the variables of each system
		t.Setenv(name, temporary)
	}
	long := time.Now().Add(-time.Hour)
	folders := map[string]*folder{}
	for _, name := range []string{"killed", "killed just now", "alive"} {
		f, err := makeFolder()
		if err != nil {
			t.Fatal(err)
		}
		defer f.remove()
		folders[name] = f
		if name != "alive" {
			_ = f.lock.Close() // as the system does when a process ends
		}
		if name == "killed just now" {
			continue
		}
		if err := os.Chtimes(f.lock.Path(), long, long); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(temporary, folderPrefix+"other")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := makeFolder()
	if err != nil {
		t.Fatal(err)
	}
	defer f.remove()
	for path, want := range map[string]bool{
		folders["killed"].path: false, folders["killed just now"].path: true, folders["alive"].path: true, other: true, f.path: true,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
