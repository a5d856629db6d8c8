package star

import (
	"log/slog"
	"os"

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
	program := &engine.Program{}
	for _, o := range opts {
		o.register(program)
	}
	process := engine.ThisProcess("This program holds the steps of a StarJob job. It is started by AWS Lambda, or on your machine by: star run TEMPLATE")
	os.Exit(process.Serve(func(log *slog.Logger) (engine.Invoker, error) {
		return program.Handler(process.Getenv, log, process.Stdout)
	}))
}
