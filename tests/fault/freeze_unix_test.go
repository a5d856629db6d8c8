//go:build unix

package fault

import "syscall"

// freeze stops a process that waits for its next invocation, as Lambda does, and
// thaw lets it go on: what it left undone goes on in the middle of the next
// invocation. A process that has ended is neither.
func (p *process) freeze() { p.command.Process.Signal(syscall.SIGSTOP) }
func (p *process) thaw()   { p.command.Process.Signal(syscall.SIGCONT) }
