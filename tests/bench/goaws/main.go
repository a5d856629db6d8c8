// Command goaws serves goaws's queues on a port of 127.0.0.1. The command of goaws itself
// listens on all addresses of the machine, and logs each request.
//
//	goaws PORT
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/Admiral-Piett/goaws/app"
	"github.com/Admiral-Piett/goaws/app/gosqs"
	"github.com/Admiral-Piett/goaws/app/router"
	log "github.com/sirupsen/logrus"
)

func main() {
	port := os.Args[1]
	log.SetLevel(log.WarnLevel)
	app.CurrentEnvironment = app.Environment{
		Host: "127.0.0.1", Port: port, AccountID: "000000000000",
		QueueAttributeDefaults: app.EnvQueueAttributes{VisibilityTimeout: 30, MaximumMessageSize: 262144},
	}
	go gosqs.PeriodicTasks(time.Second, make(chan struct{}))
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+port, router.New()))
	os.Exit(1)
}
