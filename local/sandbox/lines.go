package sandbox

import "bytes"

// maxLine bounds a line, as CloudWatch bounds an event.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const maxLine = 256 << 10

// lines cuts what a process prints into lines.
type lines struct {
	emit    func(line []byte)
	pending []byte // the line that has not ended yet
}

// add takes the next piece of output and emits the lines that end in it.
func (l *lines) add(piece []byte) {
	for {
		line, rest, ended := bytes.Cut(piece, []byte{'\n'})
		if room := maxLine - len(l.pending); len(line) > room {
			l.pending = append(l.pending, piece[:room]...)
			l.flush()
			piece = piece[room:]
			continue
		}
		if !ended {
			l.pending = append(l.pending, line...)
			return
		}
		if len(l.pending) > 0 {
			l.pending = append(l.pending, line...)
			line = l.pending
		}
		l.emit(bytes.TrimSuffix(line, []byte{'\r'}))
		l.pending, piece = l.pending[:0], rest
	}
}

// flush emits a last line that has no end.
func (l *lines) flush() {
	if len(l.pending) > 0 {
		l.emit(l.pending)
		l.pending = l.pending[:0]
	}
}
