package sandbox

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"time"
)

// start starts the process for its first invocation, and answers that if there
// is nothing to start.
func (p *process) start(i *invocation) {
	launched, err := p.launch()
	if err == nil {
		return
	}
	p.locked(func() {
		p.phase = gone
		if p.initLimit != nil {
			p.initLimit.Stop()
		}
		if launched && p.abandoned == nil {
			p.fail(i, i.failure("Runtime.InvalidEntrypoint", err.Error()))
		} else {
			i.answer(Result{}, err)
		}
		p.runner.remove(p)
	})
}

// launch makes the process and what it talks to. Nothing is left of them after
// an error; launched tells whether it is the program's.
func (p *process) launch() (launched bool, err error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return false, err
	}
	outputs, err := p.openStreams()
	if err != nil {
		listener.Close()
		return false, err
	}
	command := p.runner.command(listener.Addr().String())
	command.Stdout, command.Stderr = outputs[0], outputs[1]
	err = p.run(command)
	for _, output := range outputs {
		output.Close()
	}
	if err != nil {
		listener.Close()
		p.finishStreams()
		return true, err
	}
	served := p.serve(listener)
	go p.reap(served)
	return true, nil
}

// openStreams returns the files for standard output and standard error.
func (p *process) openStreams() ([2]*os.File, error) {
	var outputs [2]*os.File
	log := p.runner.function.Log
	for n := range outputs {
		s, output, err := newStream(func(text []byte) {
			p.record.Load().add(text)
			log(Line{Stderr: n == 1, Text: text})
		})
		if err != nil {
			if n == 1 {
				outputs[0].Close()
			}
			p.finishStreams()
			return outputs, err
		}
		outputs[n] = output
		p.streams = append(p.streams, s)
	}
	return outputs, nil
}

func (p *process) finishStreams() {
	for _, s := range p.streams {
		s.finish()
	}
}

// drain delivers what the process has printed so far.
func (p *process) drain() {
	for _, s := range p.streams {
		s.drain(pipeBytes)
	}
}

func (r *Runner) command(address string) *exec.Cmd {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.function
	command := exec.Command(f.Command[0], f.Command[1:]...)
	command.Dir = f.Dir
	command.Env = r.environ(address)
	isolate(command)
	return command
}

// run starts the command, unless the process is no longer wanted.
func (p *process) run(command *exec.Cmd) error {
	var unwanted error
	p.locked(func() {
		unwanted = p.abandoned
		p.began = time.Now()
		p.initLimit = time.AfterFunc(p.initTime(), p.initOvertime)
	})
	if unwanted != nil {
		return unwanted
	}
	started := make(chan error)
	p.runner.host.launches <- func() { started <- command.Start() }
	if err := <-started; err != nil {
		return err
	}
	p.locked(func() {
		p.command = command
		p.runner.stats.ColdStarts++
		if p.verdict != nil || p.abandoned != nil {
			p.signal(killGroup)
		}
	})
	return nil
}

// reap waits for the process's end and clears up after it. It answers the
// current invocation last, so that nothing is left once Invoke returns.
func (p *process) reap(served <-chan struct{}) {
	err := p.command.Wait()
	killSession(p.command)
	close(p.over)
	p.finishStreams()
	p.server.Close()
	<-served
	p.connections.Wait()
	p.locked(func() { p.end(err) })
}

func (p *process) end(err error) {
	p.initLimit.Stop()
	init := p.phase == starting
	p.forgo()
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
	case p.verdict != nil:
		p.verdict(i)
	case !init && i.delivered.IsZero():
		i.answer(Result{}, errUndelivered)
	default:
		p.fail(i, i.failure("Runtime.ExitError", exitMessage(err)))
	}
}

// exitMessage says how a process ended in Lambda's words.
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
