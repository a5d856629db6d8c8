package star

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Start runs the handler that the function's environment asks for, or the
// generate function, and never returns. Call it from main with the handlers of
// all steps:
//
//	star.Start(Plan.Handle(plan), Execute.Handle(execute))
//
// What is wrong with handlers or environment is reported at once, all together,
// on standard error and to Lambda. Start makes slog's default logger write JSON
// lines; what is logged with a handler's context names step, message and request.
// AWS_LAMBDA_LOG_LEVEL sets the level.
func Start(opts ...Option) {
	os.Exit(start(os.Getenv, os.Stdout, os.Stderr, opts))
}

// runtimeAPI is where Lambda, or what stands in for it, hands out the events.
const runtimeAPI = "AWS_LAMBDA_RUNTIME_API"

// start returns only if something is wrong, with the exit code.
func start(getenv func(string) string, stdout, stderr io.Writer, opts []Option) int {
	program := &engine.Program{}
	for _, o := range opts {
		o.Register(program)
	}
	log := engine.NewLog(stderr, getenv("AWS_LAMBDA_LOG_LEVEL"))
	api := getenv(runtimeAPI)
	if api == "" {
		fmt.Fprintf(stderr, "This program holds the steps of a StarJob job. It is started by AWS Lambda, or on your machine by: star run TEMPLATE\n(%s is not set)\n", runtimeAPI)
		return 1
	}
	handler, err := program.Handler(getenv, log, stdout)
	if err != nil {
		fmt.Fprintln(stderr, err)
		if err := reportInit(api, err); err != nil {
			fmt.Fprintln(stderr, err)
		}
		return 1
	}
	slog.SetDefault(log)
	lambda.StartWithOptions(handler)
	return 1
}
