package host

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
)

// exitError returns the error of the calls that were open when the process exited.
// wait is the error of its Wait.
func (p *process) exitError(wait error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := "the " + p.command.name() + " process " + p.exitReason(wait)
	if !p.loaded() {
		if p.loadError != nil {
			return &ProcessExit{p.loadError}
		}
		return &ProcessExit{&Error{Name: hostErrorName, Message: text + " before the handler was loaded; see its output"}}
	}
	if p.command.Exited != nil && !errors.Is(p.reason, errClosed) {
		p.command.Exited(text)
	}
	return &ProcessExit{&Error{Name: hostErrorName, Message: text + " while the item was being handled"}}
}

// exitReason describes how the process ended.
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
