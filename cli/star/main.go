// Command star expands, checks and runs templates with Star::Job resources.
package main

import (
	"context"
	"os"

	"github.com/serverless-star/starjob/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
