package local

import (
	"context"
	"io"

	"github.com/serverless-star/starjob/local/sandbox"
)

// answerStream is a function's answer that is read while the function writes it.
// Its reader must read to the end, or close it.
type answerStream struct {
	*io.PipeReader
	begun       chan struct{} // closed when the function begins to answer
	contentType string
	ended       chan struct{} // closed when the invocation has ended
	result      sandbox.Result
	err         error
}

// stream runs an invocation whose answer is to be streamed.
func (f *function) stream(ctx context.Context, in sandbox.Invocation) *answerStream {
	reader, writer := io.Pipe()
	a := &answerStream{PipeReader: reader, begun: make(chan struct{}), ended: make(chan struct{})}
	in.WaitTimeout = f.patience
	in.Stream = func(contentType string) io.Writer {
		a.contentType = contentType
		close(a.begun)
		return writer
	}
	go func() {
		a.result, a.err = f.run(ctx, in)
		close(a.ended)
		writer.Close() // so that whoever writes still need not wait
	}()
	return a
}

// begins waits until the function begins to answer, and tells whether it did
// before the invocation ended.
func (a *answerStream) begins() bool {
	select {
	case <-a.begun:
	case <-a.ended:
	}
	select {
	case <-a.begun:
		return true
	default:
		return false
	}
}

// outcome closes the stream, and is how the invocation ended.
func (a *answerStream) outcome() (sandbox.Result, error) {
	a.Close()
	<-a.ended
	return a.result, a.err
}
