// Command dispatcher is the program in StarJob's layer that Lambda starts instead of a
// managed runtime.
package main

import (
	"os"

	"github.com/serverless-star/starjob/runtime/dispatch"
)

func main() { os.Exit(dispatch.Run(os.Args[1:])) }
