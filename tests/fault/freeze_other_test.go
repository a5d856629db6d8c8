//go:build !unix

package fault

func (p *process) freeze() {}
func (p *process) thaw()   {}
