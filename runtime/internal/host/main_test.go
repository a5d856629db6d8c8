//go:build unix

package host

import (
	"os"
	"testing"
)

// TestMain lets the test binary be the host: then it is started with the name of
// a way to begin, and with fd 3 as its socket.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "fake-host" {
		fakeHost(os.Args[2], os.Args[3:])
		return
	}
	os.Exit(m.Run())
}
