//go:build !unix

package host

import (
	"errors"
	"net"
	"os"
)

// socketpair is what hosts need, and what this system has not.
func socketpair() (*net.UnixConn, *os.File, error) {
	return nil, nil, errors.New("handlers that are not in Go need Linux or macOS; on Windows, run star in WSL (https://learn.microsoft.com/windows/wsl)")
}
