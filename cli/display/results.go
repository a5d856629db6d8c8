package display

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// results show the outcome of a run: a table of its steps, and its dead letters.
type results struct {
	out   io.Writer
	color bool
	width int // of the terminal, in columns; 0 if out is none
}

func newResults(stdout io.Writer, getenv func(string) string) *results {
	r := &results{out: stdout, color: Colored(stdout, getenv)}
	if f, ok := stdout.(*os.File); ok {
		r.width, _ = widthOf(f)
	}
	return r
}

// write shows the steps and their dead letters in one write; nothing if steps are
// nil.
func (r *results) write(steps []Step, dead []DeadLetters) error {
	if steps == nil {
		return nil
	}
	var b bytes.Buffer
	writeTables(&b, steps, r.width, r.color)
	writeDeadLetters(&b, dead)
	_, err := r.out.Write(b.Bytes())
	return err
}

// writeTables shows the outcome of every step in one table or, if that is wider
// than the terminal, in several below each other. A width of 0 has no limit.
func writeTables(w io.Writer, steps []Step, width int, color bool) {
	names, counts, rest := columns(steps)
	tables := fit(width, names, slices.Concat(counts, rest))
	if len(tables) > 1 {
		tables = append(fit(width, names, counts), fit(width, names, rest)...)
	}
	for i, columns := range tables {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, renderTable(columns, color))
	}
}

// column is a column of a table: its header, and a cell for each step.
type column struct {
	header string
	cells  []string
}

// width is how many columns of a terminal the column occupies.
func (c column) width() int {
	widest := len(c.header)
	for _, cell := range c.cells {
		widest = max(widest, text.StringWidth(cell))
	}
	return widest + 2
}

// columns returns the column of the steps' names, those of counts of items, and
// the rest.
func columns(steps []Step) (names column, counts, rest []column) {
	of := func(header string, cell func(Step) any) column {
		c := column{header: header}
		for _, s := range steps {
			c.cells = append(c.cells, fmt.Sprint(cell(s)))
		}
		return c
	}
	return of("step", func(s Step) any { return s.Name }), []column{
			of("received", func(s Step) any { return s.Received }),
			of("succeeded", func(s Step) any { return s.Succeeded }),
			of("failed", func(s Step) any { return s.Failed }),
			of("ignored", func(s Step) any { return s.Ignored }),
			of("dead", func(s Step) any { return s.Dead }),
			of("generated", func(s Step) any { return s.Generated }),
		}, []column{
			of("p50", func(s Step) any { return milliseconds(s.P50) }),
			of("p95", func(s Step) any { return milliseconds(s.P95) }),
			of("p99", func(s Step) any { return milliseconds(s.P99) }),
			of("retries", func(s Step) any { return s.Retries }),
			of("cold starts", func(s Step) any { return s.ColdStarts }),
		}
}

// fit splits columns into tables that are narrow enough, each with the names.
func fit(width int, names column, columns []column) [][]column {
	var tables [][]column
	used := 0
	for _, c := range columns {
		used += c.width()
		if len(tables) == 0 || width > 0 && used > width {
			tables = append(tables, []column{names})
			used = names.width() + c.width()
		}
		last := &tables[len(tables)-1]
		*last = append(*last, c)
	}
	return tables
}

func renderTable(columns []column, color bool) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Format.Header = text.FormatDefault
	if color {
		t.Style().Color.Header = text.Colors{text.Bold}
	}
	var header table.Row
	var configs []table.ColumnConfig
	rows := make([]table.Row, len(columns[0].cells))
	for i, c := range columns {
		header = append(header, c.header)
		if i > 0 {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
		for n, cell := range c.cells {
			rows[n] = append(rows[n], cell)
		}
	}
	t.SetColumnConfigs(configs)
	t.AppendHeader(header)
	t.AppendRows(rows)
	return t.Render()
}

// maxGroups is how many groups of dead letters are shown.
const maxGroups = 10

// writeDeadLetters shows the dead letters by their errors.
func writeDeadLetters(w io.Writer, groups []DeadLetters) {
	for i, g := range groups {
		if i == maxGroups {
			fmt.Fprintf(w, "\nand %s with other errors\n", Count(total(groups[i:]), "dead letter"))
			break
		}
		fmt.Fprintf(w, "\n%s of step %s: %s\n  example: %s\n",
			Count(g.Count, "dead letter"), g.Step, indent(Escape(g.Error)), indent(Escape(Clip(g.Body))))
	}
}

func total(groups []DeadLetters) int {
	n := 0
	for _, g := range groups {
		n += g.Count
	}
	return n
}
