package host

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
)

// exitError is the error of the calls that were open when the process ended. wait
// is the error of its Wait.
func (p *process) exitError(wait error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := "the " + p.command.name() + " process " + p.exitReason(wait)
	if !p.loaded() {
		if p.loadError != nil {
			return &Death{p.loadError}
		}
		return &Death{&Error{Name: hostErrorName, Message: text + " before the handler was loaded; see what it printed"}}
	}
	if p.command.Ended != nil && !errors.Is(p.reason, errClosed) {
		p.command.Ended(text)
	}
	return &Death{&Error{Name: hostErrorName, Message: text + " while the item was being handled"}}
}

// exitReason says what ended the process.
func (p *process) exitReason(wait error) string {
	if p.reason != nil {
		return fmt.Sprintf("was stopped (%v)", p.reason)
	}
	var exit *exec.ExitError
	if errors.As(wait, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return signalled(status.Signal())
		}
	}
	return fmt.Sprintf("exited with code %d", p.cmd.ProcessState.ExitCode())
}

func signalled(signal syscall.Signal) string {
	if signal == syscall.SIGKILL {
		return "was killed (it may have used too much memory)"
	}
	return fmt.Sprintf("was ended by a signal (%v)", signal)
}
