package diag

import "testing"

func TestListSeparatesErrorsFromWarnings(t *testing.T) {
	t.Parallel()
	warning := Diagnostic{Code: "STAR022", Severity: Warning, Problem: "w"}
	fault := Diagnostic{Code: "STAR012", Path: "Resources.A", Problem: "p", Fix: "f"}
	if l := (List{warning}); l.HasErrors() || l.Err() != nil || len(l.Errors()) != 0 || len(l.Warnings()) != 1 {
		t.Error("a warning counts as an error")
	}
	l := List{warning, fault}
	if !l.HasErrors() || len(l.Errors()) != 1 || len(l.Warnings()) != 1 {
		t.Error("an error after a warning is not found")
	}
	if got, want := l.Text(), "STAR022 (warning) one role for all functions: w\nSTAR012 missing required value: p; at Resources.A; fix: f"; got != want {
		t.Errorf("Text = %q, want %q", got, want)
	}
	if got, want := l.Err().Error(), "STAR012 missing required value: p; at Resources.A; fix: f"; got != want {
		t.Errorf("Err = %q, want %q", got, want)
	}
	if (List)(nil).Err() != nil || (List)(nil).Text() != "" {
		t.Error("an empty list is an error")
	}
}
