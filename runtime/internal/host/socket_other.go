//go:build !unix

package host

import (
	"errors"
	"net"
	"os"
)

// socketpair fails: this system has no socket pairs, which hosts need.
func socketpair() (*net.UnixConn, *os.File, error) {
	return nil, nil, errors.New("unsupported system: handlers in JavaScript and Python require Linux or macOS; on Windows, run star in WSL (https://learn.microsoft.com/windows/wsl)")
}
