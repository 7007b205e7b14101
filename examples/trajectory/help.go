package main

import (
	"fmt"
	"strings"

	"descent/internal/byname"
)

// functionList lists the functions for the help, one per line.
func functionList() string {
	var b strings.Builder
	for _, f := range allFunctions(nil) {
		fmt.Fprintf(&b, "\n\t%-11s %-8s %s", f.name, numbers(f.start), f.formula)
	}
	return b.String() + "\n"
}

// ruleList lists the rules for the help, with their default learning rates.
func ruleList() string {
	var first, further []string
	for _, name := range firstOrder() {
		if n, err := byname.Rule(name, ""); err == nil {
			first = append(first, fmt.Sprintf("%s %v", name, n.Rate))
		}
	}
	for _, m := range searches {
		if m.length == nil {
			m.name += " 1"
		}
		further = append(further, m.name)
	}
	return "\n" + lines(first) + "\n" + lines(further) + "\n"
}

// lines breaks a list of words into lines.
func lines(words []string) string {
	const width = 76
	text, used := "\t", 8
	for i, w := range words {
		if i < len(words)-1 {
			w += ", "
		}
		if used+len(w) > width {
			text, used = strings.TrimRight(text, " ")+"\n\t", 8
		}
		text, used = text+w, used+len(w)
	}
	return text
}
