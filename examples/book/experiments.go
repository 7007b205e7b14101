package main

import (
	"fmt"
	"io"
	"strings"
)

// experiment is one entry of the page.
type experiment struct {
	section string // the section's number, set by [all]
	id      string // the document or section, and a name: "11.6.momentum"
	title   string
	lenet   bool // trains LeNet
	run     func(*page) error
}

// section is a part of a document, in the order of the page.
type section struct {
	number, title string
	experiments   []experiment
}

// sections lists all sections.
var sections = []section{
	{"11.1", "Optimization and Deep Learning", challengeExperiments},
	{"11.2", "Convexity", convexityExperiments},
	{"11.3", "Gradient Descent", descentExperiments},
	{"000", "Gradient Descent, a newer version", newerExperiments},
	{"11.4", "Stochastic Gradient Descent", stochasticExperiments},
	{"11.5", "Minibatch Stochastic Gradient Descent", minibatchExperiments},
	{"11.6", "Momentum", momentumExperiments},
	{"11.7", "Adagrad", adagradExperiments},
	{"11.8", "RMSProp", rmspropExperiments},
	{"11.9", "Adadelta", adadeltaExperiments},
	{"11.10", "Adam", adamExperiments},
	{"11.11", "Learning Rate Scheduling", schedulingExperiments},
	{"002", "Lecture: gradient descent", lectureExperiments},
	{"003", "Notebook: gradient descent optimizations", notebookExperiments},
}

// all returns the experiments in the order of the page.
func all() (list []experiment) {
	for _, s := range sections {
		for _, e := range s.experiments {
			e.section = s.number
			list = append(list, e)
		}
	}
	return list
}

// choose returns the experiments with the given names, or in sections with these
// names. Without names it returns all.
func choose(names []string) ([]experiment, error) {
	if len(names) == 0 {
		return all(), nil
	}
	selected := map[string]bool{}
	for _, n := range names {
		known := false
		for _, e := range all() {
			if e.id == n || strings.HasPrefix(e.id, n+".") {
				selected[e.id], known = true, true
			}
		}
		if !known {
			return nil, fmt.Errorf("%q: no such experiment or section (-list lists them)", n)
		}
	}
	var chosen []experiment
	for _, e := range all() {
		if selected[e.id] {
			chosen = append(chosen, e)
		}
	}
	return chosen, nil
}

// shortNames returns names that choose these experiments. It uses the name of a
// section if all of its experiments are included.
func shortNames(list []experiment) (names []string) {
	for _, s := range sections {
		var ids []string
		for _, e := range list {
			if e.section == s.number {
				ids = append(ids, e.id)
			}
		}
		if len(ids) == len(s.experiments) {
			ids = []string{s.number}
		}
		names = append(names, ids...)
	}
	return names
}

// titleOf returns the title of a section.
func titleOf(number string) string {
	for _, s := range sections {
		if s.number == number {
			return s.title
		}
	}
	return ""
}

// list prints the experiments by section.
func list(w io.Writer, chosen []experiment) {
	last := ""
	for _, e := range chosen {
		if e.section != last {
			last = e.section
			fmt.Fprintf(w, "%s %s\n", last, titleOf(last))
		}
		lenet := ""
		if e.lenet {
			lenet = " (trains LeNet)"
		}
		fmt.Fprintf(w, "    %-28s %s%s\n", e.id, e.title, lenet)
	}
}
