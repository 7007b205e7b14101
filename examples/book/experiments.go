package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"descent/examples/book/internal/dive"
	"descent/examples/book/internal/lecture"
	"descent/examples/book/internal/notebook"
	"descent/examples/book/internal/page"
)

// sections lists all sections, in the order of the page.
var sections = slices.Concat(dive.Sections(), []*page.Section{lecture.Section(), notebook.Section()})

// all returns the experiments in the order of the page.
func all() []page.Experiment { return page.All(sections) }

// choose returns the experiments with the given names, or in sections with these
// names. Without names it returns all.
func choose(names []string) ([]page.Experiment, error) {
	if len(names) == 0 {
		return all(), nil
	}
	selected := map[string]bool{}
	for _, n := range names {
		known := false
		for _, e := range all() {
			if e.ID == n || strings.HasPrefix(e.ID, n+".") {
				selected[e.ID], known = true, true
			}
		}
		if !known {
			return nil, fmt.Errorf("%q: no such experiment or section (-list lists them)", n)
		}
	}
	var chosen []page.Experiment
	for _, e := range all() {
		if selected[e.ID] {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

// shortNames returns names that choose these experiments. It uses the name of a
// section if all of its experiments are included.
func shortNames(list []page.Experiment) (names []string) {
	for _, s := range sections {
		var ids []string
		for _, e := range list {
			if e.Section() == s.Number {
				ids = append(ids, e.ID)
			}
		}
		if len(ids) == len(s.Experiments) {
			ids = []string{s.Number}
		}
		names = append(names, ids...)
	}
	return names
}

// titleOf returns the title of a section.
func titleOf(number string) string {
	for _, s := range sections {
		if s.Number == number {
			return s.Title
		}
	}
	return ""
}

// list prints the experiments by section.
func list(w io.Writer, chosen []page.Experiment) {
	last := ""
	for _, e := range chosen {
		if e.Section() != last {
			last = e.Section()
			fmt.Fprintf(w, "%s %s\n", last, titleOf(last))
		}
		lenet := ""
		if e.LeNet {
			lenet = " (trains LeNet)"
		}
		fmt.Fprintf(w, "    %-28s %s%s\n", e.ID, e.Title, lenet)
	}
}
