package sandbox

import (
	"fmt"
	"maps"
	"path/filepath"
)

// Replace gives the function another program and folder; see [Function].
// Processes that are there end: idle ones now, and the others when they have
// answered.
func (r *Runner) Replace(command []string, dir string) error {
	command, err := program(command)
	if err != nil {
		return fmt.Errorf("the function's program cannot be run: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("the function's folder: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.function.Command, r.function.Dir = command, dir
	r.environment = maps.Clone(r.environment)
	r.environment["LAMBDA_TASK_ROOT"] = dir
	for p := range r.processes {
		p.retired = p.phase != fresh // one that is yet to start starts with the new program
	}
	for _, p := range r.idle {
		p.dismiss()
	}
	r.idle = nil
	return nil
}
