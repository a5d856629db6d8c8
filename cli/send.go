package cli

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

func newSend(std *stdio) *cobra.Command {
	var endpoint string
	c := &cobra.Command{
		Use:   "send STEP [DATA]",
		Short: "Send an item to a step of a run",
		Long: `Send an item to a step of a run that was started with --keep or --watch.

DATA is JSON, @FILE, or - for standard input. The default is null.`,
		Example: `  star send execute '"2026/11/events.json"'
  star send plan @item.json`,
		Args: arguments(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readData(std, append(args, "")[1], "DATA")
			if err != nil {
				return err
			}
			run, err := findRunning(endpoint)
			if err != nil {
				return err
			}
			if err := run.ask(http.MethodPost, pathSend, url.Values{"step": {args[0]}}, data, &struct{}{}); err != nil {
				return err
			}
			_, err = fmt.Fprintln(std.out, "sent to", args[0])
			return err
		},
	}
	addEndpoint(c, &endpoint)
	return c
}
