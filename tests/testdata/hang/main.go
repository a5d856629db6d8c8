// Command hang has a handler that never returns, even after its context has ended.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/serverless-star/starjob/runtime/star"
)

func main() { star.Start(star.NewStep[any]("hang").Handle(hang)) }

func hang(context.Context, any, star.Generate) error {
	fmt.Fprintln(os.Stderr, "hanging")
	select {}
}
