package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// writeTable shows what became of every step.
func writeTable(w io.Writer, rows []row, color bool) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	if color {
		t.Style().Color.Header = text.Colors{text.Bold}
	}
	t.AppendHeader(table.Row{"step", "received", "succeeded", "failed", "ignored", "dead", "generated", "p50", "p95", "p99", "retries", "cold starts"})
	for _, r := range rows {
		t.AppendRow(table.Row{r.Step, r.Received, r.Succeeded, r.Failed, r.Ignored, r.Dead, r.Generated, duration(r.P50), duration(r.P95), duration(r.P99), r.Retries, r.ColdStarts})
	}
	columns := make([]table.ColumnConfig, 11)
	for i := range columns {
		columns[i] = table.ColumnConfig{Number: i + 2, Align: text.AlignRight, AlignHeader: text.AlignRight}
	}
	t.SetColumnConfigs(columns)
	fmt.Fprintln(w, t.Render())
}

// duration shows milliseconds in three digits or so.
func duration(ms float64) string {
	switch {
	case ms == 0:
		return "-"
	case ms < 1:
		return fmt.Sprintf("%.0f µs", ms*1000)
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// writeDead shows the dead letters by what they died of.
func writeDead(w io.Writer, groups []deadGroup) {
	for i, g := range groups {
		if i == mostGroups {
			fmt.Fprintf(w, "\nand %s with other errors\n", count(sum(groups[i:]), "dead letter"))
			break
		}
		fmt.Fprintf(w, "\n%s of step %s: %s\n  for example %s\n", count(g.Count, "dead letter"), g.Step, indent(g.Error), clip(g.Body))
	}
	if len(groups) > 0 {
		fmt.Fprintln(w, "\nTo look into the dead-letter queues, run with --keep: then star failed lists, shows and retries.")
	}
}

// mostGroups is how many errors are shown.
const mostGroups = 10

func sum(groups []deadGroup) int {
	total := 0
	for _, g := range groups {
		total += g.Count
	}
	return total
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// clip shortens a body to what fits on a screen.
func clip(s string) string {
	const most = 500
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
