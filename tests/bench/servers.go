package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// tools is the folder into which scripts/bench installs peers.
const tools = ".tools"

// queueServer is a program that implements SQS's protocol.
type queueServer struct {
	name    string
	command func(port string) []string
	needs   []string // files and programs, without which it is skipped
	client  func(url string, connections int) queueClient
}

// queueServers are our server, its limit, and others.
func queueServers(p programs) []queueServer {
	own := func(name, kind string) queueServer {
		return queueServer{name, func(port string) []string { return []string{p.path("server"), kind, port} }, nil, newJSONClient}
	}
	python, jars := filepath.Join(tools, "venv/bin/python"), filepath.Join(tools, "elasticmq")
	node, modules, goaws := nodeFor22(), filepath.Join(tools, "node/node_modules"), filepath.Join(tools, "goaws/goaws")
	return []queueServer{
		own("ours", "queue"), own("stub", "stub"),
		{"ElasticMQ", func(port string) []string {
			return []string{"java", "-Dnode-address.host=127.0.0.1", "-Dnode-address.port=" + port, "-Drest-sqs.bind-port=" + port, "-Drest-sqs.bind-hostname=127.0.0.1",
				"-Drest-stats.enabled=false", "-cp", jars + "/*", "org.elasticmq.server.Main"}
		}, []string{"java", jars}, newJSONClient},
		{"fauxqs", func(port string) []string {
			return []string{node, "tests/bench/npm/fauxqs.mjs", modules, port}
		}, []string{node, modules + "/fauxqs"}, newJSONClient},
		{"goaws", func(port string) []string { return []string{goaws, port} }, []string{goaws}, newQueryClient},
		{"moto", func(port string) []string {
			return []string{python, "-m", "moto.server", "-H", "127.0.0.1", "-p", port}
		}, []string{python}, newJSONClient},
	}
}

// missing returns a requirement of a server that is not installed, or "".
func (s queueServer) missing() string {
	for _, name := range s.needs {
		if _, err := os.Stat(name); err == nil {
			continue
		}
		if _, err := exec.LookPath(name); err != nil {
			return name
		}
	}
	return ""
}

// start starts the server. The returned function stops it.
func (s queueServer) start() (url string, stop func(), err error) {
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	line := s.command(port)
	command := exec.Command(line[0], line[1:]...)
	if err := command.Start(); err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	stop = func() {
		command.Process.Kill()
		<-ended
	}
	url = "http://127.0.0.1:" + port
	for deadline := time.Now().Add(time.Minute); ; {
		response, err := http.Get(url)
		if err == nil {
			response.Body.Close()
			return url, stop, nil
		}
		select {
		case err := <-ended:
			return "", nil, fmt.Errorf("%s exited: %v", s.name, err)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			stop()
			return "", nil, fmt.Errorf("%s does not respond: %w", s.name, err)
		}
	}
}

// freePort returns a port that was free just before.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}
