package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/runtime/wire"
)

func newFailed(std *stdio) *cobra.Command {
	c := &cobra.Command{
		Use:   "failed",
		Short: "List, show and retry the dead letters of a run",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return errors.New("unknown command star failed " + args[0] + didYouMean(args[0], []string{"list", "retry", "show"}))
		},
	}
	c.AddCommand(newFailedList(std), newFailedShow(std), newFailedRetry(std))
	return c
}

func newFailedList(std *stdio) *cobra.Command {
	var endpoint string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list [STEP]",
		Short: "List dead letters and their errors",
		Args:  arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			items, err := failedItems(endpoint, args)
			if err != nil {
				return err
			}
			if asJSON {
				return writeItemsAsJSON(std.out, items)
			}
			_, err = io.WriteString(std.out, listItems(items))
			return err
		},
	}
	addEndpoint(c, &endpoint)
	c.Flags().BoolVar(&asJSON, "json", false, "print each dead letter in full, as one line of JSON")
	return c
}

// writeItemsAsJSON writes one dead letter per line.
func writeItemsAsJSON(w io.Writer, items []failedItem) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, item := range items {
		if err := encoder.Encode(item); err != nil {
			return err
		}
	}
	return nil
}

func listItems(items []failedItem) string {
	if len(items) == 0 {
		return "no dead letters\n"
	}
	var lines strings.Builder
	for _, item := range items {
		reason, _, _ := strings.Cut(item.Error, "\n")
		fmt.Fprintf(&lines, "%s  %s  %s\n", item.Step, item.ID, display.Escape(display.Clip(reason)))
	}
	return lines.String()
}

func newFailedShow(std *stdio) *cobra.Command {
	var endpoint string
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show a dead letter in full",
		Args:  arguments(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			items, err := failedItems(endpoint, nil)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(items, func(item failedItem) bool { return item.ID == args[0] })
			if at < 0 {
				return errors.New("unknown dead letter " + args[0] + "; run star failed list to see all")
			}
			return showItem(std.out, items[at])
		},
	}
	addEndpoint(c, &endpoint)
	return c
}

// showItem writes a dead letter in full: a table of its attributes, and its body.
func showItem(w io.Writer, item failedItem) error {
	tabs := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	show := func(name, value string) {
		fmt.Fprintf(tabs, "%s\t%s\n", name, strings.ReplaceAll(display.Escape(value), "\n", "\n\t"))
	}
	show("step", item.Step)
	show("id", item.ID)
	show("received", display.Count(item.Received, "time"))
	show("error", item.Error)
	for _, name := range slices.Sorted(maps.Keys(item.Attributes)) {
		if name != wire.AttributeError && name != wire.AttributeAttempts {
			show(name, item.Attributes[name])
		}
	}
	tabs.Flush()
	_, err := fmt.Fprintf(w, "\n%s\n", display.Escape(item.Body))
	return err
}

func newFailedRetry(std *stdio) *cobra.Command {
	var endpoint, step string
	c := &cobra.Command{
		Use:   "retry [ID…]",
		Short: "Send dead letters to their steps again",
		Long: `Send dead letters to their steps again, as new items with all their attempts.
Without an ID, retry all dead letters, or those of --step.`,
		RunE: func(_ *cobra.Command, ids []string) error {
			run, err := findRunning(endpoint)
			if err != nil {
				return err
			}
			var done retried
			query := url.Values{"id": ids}
			if step != "" {
				query.Set("step", step)
			}
			if err := run.ask(http.MethodPost, pathRetry, query, nil, &done); err != nil {
				return err
			}
			fmt.Fprintf(std.out, "sent %s again\n", display.Count(done.Items, "item"))
			if done.Items < len(ids) {
				return errors.New("some IDs are not dead letters; run star failed list to see all")
			}
			return nil
		},
	}
	addEndpoint(c, &endpoint)
	c.Flags().StringVar(&step, "step", "", "retry only the dead letters of `STEP`")
	return c
}

// failedItems asks the run for its dead letters.
func failedItems(endpoint string, steps []string) ([]failedItem, error) {
	run, err := findRunning(endpoint)
	if err != nil {
		return nil, err
	}
	var items []failedItem
	err = run.ask(http.MethodGet, pathFailed, url.Values{"step": steps}, nil, &items)
	return items, err
}
