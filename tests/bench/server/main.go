// Command server serves queues on a port of 127.0.0.1: those of star run, or a stub as
// their limit.
//
//	server queue|stub PORT
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/protocol"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("invalid arguments: %q (allowed: queue PORT, stub PORT)", os.Args[1:]))
	}
	address := "127.0.0.1:" + os.Args[2]
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fail(err)
	}
	var queues http.Handler = stub{"http://" + address}
	if os.Args[1] == "queue" {
		queues = protocol.Handler(queue.New(queue.Config{BaseURL: "http://" + address, Region: "eu-west-1", AccountID: "000000000000"}))
	}
	fail(http.Serve(listener, queues))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
