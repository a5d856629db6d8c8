//go:build unix

package fault

import "syscall"

// freeze stops a process that waits for its next invocation, as Lambda does, and
// thaw continues it. Its unfinished work continues in the middle of the next invocation.
// Neither has an effect on a process that has ended.
func (p *process) freeze() { p.command.Process.Signal(syscall.SIGSTOP) }
func (p *process) thaw()   { p.command.Process.Signal(syscall.SIGCONT) }
