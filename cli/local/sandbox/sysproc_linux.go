package sandbox

import "syscall"

// dieWithParent lets no process outlive this one, even if it is killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
