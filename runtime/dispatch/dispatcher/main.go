// Command dispatcher is the program of StarJob's layer that takes the place of a
// managed runtime.
package main

import (
	"os"

	"github.com/serverless-star/starjob/runtime/dispatch"
)

func main() { os.Exit(dispatch.Run(os.Args[1:])) }
