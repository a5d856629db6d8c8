package sandbox

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"time"
)

// handle gives an invocation to the process, and returns once it is answered. If
// the context is cancelled before, the process is killed.
func (p *process) handle(ctx context.Context, i *invocation) {
	if p.assign(i) {
		p.startFor(i)
	}
	select {
	case <-i.done:
	case <-ctx.Done():
		p.cancel(i, context.Cause(ctx))
		<-i.done
	}
}

// startFor starts the process for its first invocation, which it answers if the
// process cannot be started.
func (p *process) startFor(i *invocation) {
	launched, err := p.launch()
	if err == nil {
		return
	}
	p.locked(func() {
		p.phase = gone
		if p.initTimer != nil {
			p.initTimer.Stop()
		}
		if launched && p.abandoned == nil {
			p.fail(i, i.failure("Runtime.InvalidEntrypoint", err.Error()))
		} else {
			i.answer(Result{}, err)
		}
		p.runner.remove(p)
	})
}

// launch starts the process with its pipes and its Runtime API. After an error
// nothing is left of them; launched reports whether the error came from starting
// the program.
func (p *process) launch() (launched bool, err error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return false, err
	}
	files, err := p.openOutputs()
	if err != nil {
		listener.Close()
		return false, err
	}
	command := p.runner.command(listener.Addr().String())
	command.Stdout, command.Stderr = files[0], files[1]
	err = p.startCommand(command)
	for _, file := range files {
		file.Close()
	}
	if err != nil {
		listener.Close()
		p.finishOutputs()
		return true, err
	}
	served := p.serve(listener)
	go p.reap(served)
	return true, nil
}

// openOutputs opens the pipes, and returns the files for the process's standard
// output and standard error.
func (p *process) openOutputs() ([2]*os.File, error) {
	var files [2]*os.File
	log := p.runner.function.Log
	for n := range files {
		pipe, file, err := newOutputPipe(func(text []byte) {
			p.tail.Load().add(text)
			log(Line{Stderr: n == 1, Text: text})
		})
		if err != nil {
			if n == 1 {
				files[0].Close()
			}
			p.finishOutputs()
			return files, err
		}
		files[n] = file
		p.outputs = append(p.outputs, pipe)
	}
	return files, nil
}

// finishOutputs delivers the rest of the output of a process that has exited or
// was not started.
func (p *process) finishOutputs() {
	for _, pipe := range p.outputs {
		pipe.finish()
	}
}

// drainOutputs delivers the output of the process up to now.
func (p *process) drainOutputs() {
	for _, pipe := range p.outputs {
		pipe.drain(pipeBytes)
	}
}

// command returns the command of a new process, whose Runtime API is at address.
func (r *Runner) command(address string) *exec.Cmd {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.function
	command := exec.Command(f.Command[0], f.Command[1:]...)
	command.Dir = f.Dir
	command.Env = environ(r.environment, address)
	isolate(command)
	return command
}

// startCommand starts the command, unless the process was abandoned.
func (p *process) startCommand(command *exec.Cmd) error {
	var abandoned error
	p.locked(func() {
		abandoned = p.abandoned
		p.started = time.Now()
		p.initTimer = time.AfterFunc(p.initTimeout(), p.onInitTimeout)
	})
	if abandoned != nil {
		return abandoned
	}
	startErr := make(chan error)
	p.runner.host.launches <- func() { startErr <- command.Start() }
	if err := <-startErr; err != nil {
		return err
	}
	p.locked(func() {
		p.command = command
		p.runner.stats.ColdStarts++
		if p.atExit != nil || p.abandoned != nil {
			p.signal(killGroup)
		}
	})
	return nil
}

// reap waits until the process has exited and cleans up after it. It answers the
// current invocation last, so that nothing is left of the process when Invoke
// returns.
func (p *process) reap(served <-chan struct{}) {
	err := p.command.Wait()
	killSession(p.command)
	close(p.exited)
	p.finishOutputs()
	p.server.Close()
	<-served
	p.connections.Wait()
	p.locked(func() { p.handleExit(err) })
}

// handleExit removes an exited process, and answers its current invocation if that
// has no answer yet.
func (p *process) handleExit(err error) {
	p.initTimer.Stop()
	init := p.phase == starting
	p.stopExpecting()
	p.phase = gone
	p.runner.remove(p)
	i := p.current
	if i == nil {
		return
	}
	if i.timer != nil {
		i.timer.Stop()
	}
	switch {
	case i.answered:
	case init && p.initError != nil:
		p.fail(i, Result{FunctionError: unhandled, Payload: p.initError})
	case p.atExit != nil:
		p.atExit(i)
	case !init && i.delivered.IsZero():
		i.answer(Result{}, errUndelivered)
	default:
		p.fail(i, i.failure("Runtime.ExitError", exitMessage(err)))
	}
}

// exitMessage describes a process's exit in Lambda's words.
func exitMessage(err error) string {
	var exit *exec.ExitError
	if err == nil {
		return "Runtime exited without providing a reason"
	}
	if errors.As(err, &exit) {
		return "Runtime exited with error: " + exit.ProcessState.String()
	}
	return "Runtime exited with error: " + err.Error()
}
