//go:build unix

package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// programVariable names the program that the test binary runs instead of the tests:
// it is also the code of the functions.
const programVariable = "TEST_PROGRAM"

func TestMain(m *testing.M) {
	name := os.Getenv(programVariable)
	if name == "choose" { // each function has its own
		name = os.Getenv("_HANDLER")
	}
	if name != "" {
		programs[name]()
		return
	}
	os.Exit(m.Run())
}

var programs = map[string]func(){
	"relay": func() { lambda.Start(relay) },
	"broken": func() {
		fmt.Println("TABLE is not set")
		os.Exit(1)
	},
	"echo": func() {
		lambda.Start(func(e json.RawMessage) (json.RawMessage, error) {
			if string(e) == `"fail"` {
				return nil, errors.New("no such bucket")
			}
			fmt.Println("event:", string(e))
			return e, nil
		})
	},
	"arguments": func() {
		lambda.Start(func() (started, error) {
			dir, err := os.Getwd()
			files, _ := filepath.Glob("*")
			return started{os.Args[1:], dir, os.Environ(), files}, err
		})
	},
	"pid": func() { lambda.Start(func() (int, error) { return os.Getpid(), nil }) },
	"garbage": func() {
		lambda.Start(func(events.SQSEvent) (string, error) { return "all is well", nil })
	},
	"environment": func() { lambda.Start(func() ([]string, error) { return os.Environ(), nil }) },
	"fail":        func() { lambda.Start(func() error { return errors.New("no such bucket") }) },
	"gated": func() { // starts only if it reads go
		c, err := net.Dial("tcp", os.Getenv("GATE"))
		if err != nil {
			panic(err)
		}
		var word string
		if fmt.Fscan(c, &word); word != "go" {
			os.Exit(2)
		}
		lambda.Start(func() (int, error) { return os.Getpid(), nil })
	},
	"hang": func() {
		lambda.Start(func() {
			c, err := net.Dial("tcp", os.Getenv("GATE"))
			if err != nil {
				panic(err)
			}
			c.Read(make([]byte, 1))
		})
	},
}

// started describes how a program was started.
type started struct {
	Args  []string
	Dir   string
	Env   []string
	Files []string // in its folder
}

// relay sends two messages for each one whose number is above 0.
func relay(e events.SQSEvent) error {
	fmt.Println("records:", len(e.Records))
	for _, m := range e.Records {
		n, err := strconv.Atoi(m.Body)
		if err != nil {
			return err
		}
		for range min(n, 1) * 2 {
			if err := enqueue(strconv.Itoa(n - 1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func enqueue(body string) error {
	request, err := http.NewRequest("POST", os.Getenv("AWS_ENDPOINT_URL_SQS"), strings.NewReader(fmt.Sprintf(`{"QueueUrl":%q,"MessageBody":%q}`, os.Getenv("QUEUE"), body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return errors.New(reply.Status)
	}
	return nil
}
