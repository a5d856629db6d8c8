package cli

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

func newSend(t *terminal) *cobra.Command {
	var endpoint string
	c := &cobra.Command{
		Use:   "send STEP [DATA]",
		Short: "Send an item to a step of a run that stays up",
		Long:  "send puts an item into a step's queue of star run --keep.\nDATA is JSON, @FILE or - for standard input; null without it.",
		Example: `  star send execute '"2026/11/events.json"'
  star send plan @item.json`,
		Args: arguments(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := t.data(append(args, "")[1], "DATA")
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
			_, err = fmt.Fprintln(t.stdout, "sent to", args[0])
			return err
		},
	}
	addEndpoint(c, &endpoint)
	return c
}

func addEndpoint(c *cobra.Command, endpoint *string) {
	c.Flags().StringVar(endpoint, "endpoint", "", "`URL` of the run's endpoint (default: the only run that is up)")
}
