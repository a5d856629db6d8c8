package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// results are where it is shown what became of a run.
type results struct {
	out   io.Writer
	color bool
	width int // of the terminal; 0 where it is none
}

func (t *terminal) results() *results {
	r := &results{out: t.stdout, color: t.color(t.stdout)}
	if f, ok := t.stdout.(*os.File); ok {
		r.width, _ = width(f)
	}
	return r
}

// write shows the steps and their dead letters; rows are nil where nothing ran.
func (r *results) write(rows []row, dead []deadGroup) error {
	if rows == nil {
		return nil
	}
	var text bytes.Buffer
	r.writeTable(&text, rows)
	writeDead(&text, dead)
	_, err := r.out.Write(text.Bytes())
	return err
}

// column is a column of the table, and its text for each step.
type column struct {
	name  string
	cells []string
}

// wide is how many columns of a terminal it takes.
func (c column) wide() int {
	widest := len(c.name)
	for _, cell := range c.cells {
		widest = max(widest, text.StringWidth(cell))
	}
	return widest + 2
}

// columns are those of the steps' names, of counts, and of the rest.
func columns(rows []row) (steps column, counts, rest []column) {
	of := func(name string, cell func(row) any) column {
		c := column{name: name}
		for _, r := range rows {
			c.cells = append(c.cells, fmt.Sprint(cell(r)))
		}
		return c
	}
	return of("step", func(r row) any { return r.Step }), []column{
			of("received", func(r row) any { return r.Received }),
			of("succeeded", func(r row) any { return r.Succeeded }),
			of("failed", func(r row) any { return r.Failed }),
			of("ignored", func(r row) any { return r.Ignored }),
			of("dead", func(r row) any { return r.Dead }),
			of("generated", func(r row) any { return r.Generated }),
		}, []column{
			of("p50", func(r row) any { return duration(r.P50) }),
			of("p95", func(r row) any { return duration(r.P95) }),
			of("p99", func(r row) any { return duration(r.P99) }),
			of("retries", func(r row) any { return r.Retries }),
			of("cold starts", func(r row) any { return r.ColdStarts }),
		}
}

// writeTable shows what became of every step, in one table or, where the
// terminal is too narrow, in several below each other.
func (r *results) writeTable(w io.Writer, rows []row) {
	steps, counts, rest := columns(rows)
	parts := r.fit(steps, slices.Concat(counts, rest))
	if len(parts) > 1 {
		parts = append(r.fit(steps, counts), r.fit(steps, rest)...)
	}
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, r.render(part))
	}
}

// fit parts columns into tables that are narrow enough, each with the steps.
func (r *results) fit(steps column, all []column) [][]column {
	var parts [][]column
	taken := 0
	for _, c := range all {
		taken += c.wide()
		if len(parts) == 0 || r.width > 0 && taken > r.width {
			parts = append(parts, []column{steps})
			taken = steps.wide() + c.wide()
		}
		last := &parts[len(parts)-1]
		*last = append(*last, c)
	}
	return parts
}

func (r *results) render(part []column) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	if r.color {
		t.Style().Color.Header = text.Colors{text.Bold}
	}
	var header table.Row
	var configs []table.ColumnConfig
	lines := make([]table.Row, len(part[0].cells))
	for i, c := range part {
		header = append(header, c.name)
		if i > 0 {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
		for n, cell := range c.cells {
			lines[n] = append(lines[n], cell)
		}
	}
	t.SetColumnConfigs(configs)
	t.AppendHeader(header)
	t.AppendRows(lines)
	return t.Render()
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
