//go:build unix

package host

import (
	"os"
	"testing"

	"github.com/serverless-star/starjob/runtime/internal/hosttest"
)

// TestMain lets the test binary be the host: then it is started with the name of
// a way to begin, and with fd 3 as its socket.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == hosttest.Argument {
		hosttest.Main(os.Args[2], os.Args[3:])
		return
	}
	os.Exit(m.Run())
}

type orders = hosttest.Orders

// Frames as hosts write them.
var (
	rawFrame      = hosttest.RawFrame
	idFrame       = hosttest.IDFrame
	generateFrame = hosttest.GenerateFrame
)
