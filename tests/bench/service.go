package main

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// service is a minimal SQS. It accepts each message without storing it. A complete HTTP
// server would cost more than the client that is measured.
type service struct {
	listener net.Listener
	latency  time.Duration     // of each call
	taken    func(body []byte) // is called with each message; may be nil
	open     sync.WaitGroup

	items atomic.Int64 // accepted

	mu      sync.Mutex
	used    map[net.Conn]bool // since the last sample
	sum     int               // of the connections in use, over all samples
	samples int
	stop    chan struct{}
}

func newService(latency time.Duration) (*service, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &service{listener: listener, latency: latency, used: map[net.Conn]bool{}, stop: make(chan struct{})}
	s.open.Go(s.sample)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			s.open.Go(func() { s.serve(connection) })
		}
	}()
	return s, nil
}

func (s *service) url() string { return "http://" + s.listener.Addr().String() }

// close stops listening, and waits until the clients have closed their connections.
func (s *service) close() {
	close(s.stop)
	s.listener.Close()
	s.open.Wait()
}

// sample counts the connections in use, every ten milliseconds.
func (s *service) sample() {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-s.stop:
			return
		}
		s.mu.Lock()
		if n := len(s.used); n > 0 {
			s.sum += n
			s.samples++
			clear(s.used)
		}
		s.mu.Unlock()
	}
}

// connections returns the average number of connections in use.
func (s *service) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(1, (s.sum+s.samples/2)/max(1, s.samples))
}

// serve responds to the requests of a connection.
func (s *service) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 16<<10)
	var request, answer []byte
	for {
		single, body, err := readRequest(reader, request)
		if err != nil {
			return
		}
		request = body
		s.mu.Lock()
		s.used[connection] = true
		s.mu.Unlock()
		if s.latency > 0 {
			time.Sleep(s.latency)
		}
		answer = s.answer(answer[:0], single, body)
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}

// readRequest reads a request's body into buffer, and reports whether it is a
// SendMessage and not a SendMessageBatch.
func readRequest(reader *bufio.Reader, buffer []byte) (single bool, body []byte, err error) {
	length := 0
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return false, nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return false, nil, err
			}
		case bytes.EqualFold(name, []byte("X-Amz-Target")):
			single = bytes.HasSuffix(value, []byte(".SendMessage"))
		}
	}
	if cap(buffer) < length {
		buffer = make([]byte, length)
	}
	body = buffer[:length]
	_, err = io.ReadFull(reader, body)
	return single, body, err
}

// answer writes the response to a request: for each entry, its ID and the digest of its
// body, which the SDK checks.
func (s *service) answer(to []byte, single bool, request []byte) []byte {
	content := make([]byte, 0, 2048)
	n := 0
	if !single {
		content = append(content, `{"Successful":[`...)
	}
	for {
		id, body, rest, err := nextEntry(request, single)
		if err != nil {
			break
		}
		if n++; n > 1 {
			content = append(content, ',')
		}
		if s.taken != nil {
			s.taken(body)
		}
		request = rest
		content = append(content, '{')
		if !single {
			content = fmt.Appendf(content, `"Id":"%s",`, id)
		}
		sum := md5.Sum(body)
		content = append(content, `"MessageId":"2c4c1b6f-1d5c-4ac8-b5f0-6a1d2f9a0c11","MD5OfMessageBody":"`...)
		content = hex.AppendEncode(content, sum[:])
		content = append(content, `"}`...)
		if single {
			break
		}
	}
	if !single {
		content = append(content, `]}`...)
	}
	s.items.Add(int64(n))
	to = append(to, "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: 1\r\nContent-Length: "...)
	to = strconv.AppendInt(to, int64(len(content)), 10)
	to = append(to, "\r\n\r\n"...)
	return append(to, content...)
}

var errNoMore = errors.New("no more entries")

// nextEntry finds an entry's ID and body. It only parses the JSON that the clients of the
// benchmarks send, in which quotes in strings are escaped.
func nextEntry(request []byte, single bool) (id, body, rest []byte, err error) {
	if !single {
		if id, request, err = stringAfter(request, `"Id":`); err != nil {
			return nil, nil, nil, err
		}
	}
	if body, request, err = stringAfter(request, `"MessageBody":`); err != nil {
		return nil, nil, nil, err
	}
	return id, bytes.ReplaceAll(body, []byte(`\"`), []byte(`"`)), request, nil
}

func stringAfter(text []byte, mark string) (value, rest []byte, err error) {
	at := bytes.Index(text, []byte(mark))
	if at < 0 {
		return nil, nil, errNoMore
	}
	text = bytes.TrimPrefix(text[at+len(mark):], []byte(" "))
	text = bytes.TrimPrefix(text, []byte(`"`))
	for end := 0; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case '"':
			return text[:end], text[end:], nil
		}
	}
	return nil, nil, errNoMore
}
