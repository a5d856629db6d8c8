package star

import (
	"log/slog"
	"os"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Start runs the handler that the function's environment names, or the generate
// function. It never returns. Call it from main with the handlers of all steps:
//
//	star.Start(Plan.Handle(plan), Execute.Handle(execute))
//
// If something is wrong with the handlers or the environment, Start reports all of it
// on standard error and to Lambda, and exits with status 1. It also exits with status
// 1 if the program is not started by Lambda or star run.
//
// Start makes slog's default logger write JSON lines to standard error. Lines that are
// logged with a handler's context have the fields step, messageId and requestId.
// Set the level with AWS_LAMBDA_LOG_LEVEL.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
func Start(opts ...Option) {
	program := &engine.Program{}
	for _, o := range opts {
		o.register(program)
	}
	process := engine.ThisProcess("This program has the handlers of a StarJob job, and AWS Lambda starts it. To run it locally, use: star run TEMPLATE")
	os.Exit(process.Serve(func(log *slog.Logger) (engine.Invoker, error) {
		return program.Handler(process.Getenv, log, process.Stdout)
	}))
}
