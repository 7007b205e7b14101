package optbench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"descent/internal/byname"
	"descent/optimizers/bench"
)

// parseEntry parses an optimizer: NAME, optionally with ENTRY= before it and
// :FIELD=VALUE:… after it.
func parseEntry(text string, known []bench.Contender) (bench.Contender, error) {
	head, fields, _ := strings.Cut(text, ":")
	entry, name, renamed := strings.Cut(head, "=")
	if !renamed {
		entry, name = text, head
	}
	i := slices.IndexFunc(known, func(o bench.Contender) bool { return o.Name == name })
	if i < 0 {
		return bench.Contender{}, fmt.Errorf("%q: want one of %s", name, strings.Join(optimizerNames(known), ", "))
	}
	o := known[i]
	o.Name = entry
	if entry == "" {
		return o, fmt.Errorf("%q: want a name before =", text)
	}
	if fields == "" {
		return o, nil
	}
	for f := range strings.SplitSeq(fields, ":") {
		var err error
		if o, err = withField(o, name, f); err != nil {
			return o, err
		}
	}
	return o, nil
}

// withField fixes a dimension of the search space, changes its range, or sets
// another field of the rule.
func withField(o bench.Contender, name, assignment string) (bench.Contender, error) {
	field, value, ok := strings.Cut(assignment, "=")
	if !ok {
		return o, fmt.Errorf("%s: %q: want FIELD=VALUE", name, assignment)
	}
	i := slices.IndexFunc(o.Space, func(d bench.Dimension) bool { return d.Name == field })
	if i < 0 {
		return withRuleField(o, name, assignment)
	}
	low, high, ranged := strings.Cut(value, "..")
	from, err := strconv.ParseFloat(low, 64)
	if err != nil {
		return o, fmt.Errorf("%s: %s: want a number or a range such as 0.01..1", name, assignment)
	}
	if !ranged {
		return o.Fix(field, from)
	}
	to, err := strconv.ParseFloat(high, 64)
	if err != nil {
		return o, fmt.Errorf("%s: %s: want a number or a range such as 0.01..1", name, assignment)
	}
	o.Space = slices.Clone(o.Space)
	o.Space[i].Low, o.Space[i].High = from, to
	return o, nil
}

func withRuleField(o bench.Contender, name, assignment string) (bench.Contender, error) {
	whole := o
	middle := make([]float64, len(o.Space))
	for i, d := range o.Space {
		middle[i] = d.Low
	}
	if _, err := byname.Set("rule "+name, whole.Setup("", middle).Rule, assignment); err != nil {
		return o, fmt.Errorf("%s: %w", name, err)
	}
	o.Make, o.MakeFor = nil, func(workload string, values []float64) bench.Setup {
		s := whole.Setup(workload, values)
		s.Rule, _ = byname.Set("", s.Rule, assignment) // as above, whatever the values
		return s
	}
	return o, nil
}

func optimizerNames(all []bench.Contender) []string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Name
	}
	return names
}
