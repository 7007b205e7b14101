package bench

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"descent/internal/foreign"
)

// unite returns the header of a grid with everything in either of two headers: a grid
// grows by workloads, optimizers, studies and scoring seeds. Their common parts must
// be equal; if not, it returns an error that names the first difference.
func unite(a, b Header, here, there string) (Header, error) {
	name := comparison{here, there}
	if what := cmp.Or(differs(a, b, name), changed(a, b, name)); what != "" {
		return a, fmt.Errorf("%s", what)
	}
	u := a
	u.Studies, u.Seeds = max(a.Studies, b.Studies), max(a.Seeds, b.Seeds)
	u.Workloads = withNew(a.Workloads, b.Workloads, func(w HeaderWorkload) string { return w.Name })
	u.Optimizers = withNew(a.Optimizers, b.Optimizers, func(e Entry) string { return e.Name })
	u.Cells = withNew(a.Cells, b.Cells, cellID)
	slices.SortStableFunc(u.Cells, func(x, y Cell) int {
		p, q := u.place(x), u.place(y)
		return slices.Compare(p[:], q[:])
	})
	return u, u.Validate()
}

// withNew returns a with the elements of b that it does not have.
func withNew[E any, K comparable](a, b []E, id func(E) K) []E {
	has := map[K]bool{}
	for _, e := range a {
		has[id(e)] = true
	}
	united := slices.Clone(a)
	for _, e := range b {
		if !has[id(e)] {
			united = append(united, e)
		}
	}
	return united
}

type cellName struct {
	workload, entry string
	study           int
}

func cellID(c Cell) cellName { return cellName{c.Workload, c.Entry, c.Study} }

func (c cellName) String() string {
	return fmt.Sprintf("study %d of %s on %s", c.study+1, foreign.Name(c.entry), foreign.Name(c.workload))
}

// common calls visit with the elements that a and b both have.
func common[E any, K comparable](a, b []E, id func(E) K, visit func(key K, x, y E)) {
	other := map[K]E{}
	for _, e := range b {
		other[id(e)] = e
	}
	for _, e := range a {
		if y, ok := other[id(e)]; ok {
			visit(id(e), e, y)
		}
	}
}

// differs names the first setting in which the common parts of two headers differ, with
// both values. It returns "" if there is none. Environments, the numbers of studies and
// seeds, and the hashes of the code's behavior may differ.
func differs(a, b Header, name comparison) (what string) {
	plain := func(h Header) Header {
		return Header{Seed: h.Seed, Trials: h.Trials, TuningSeeds: h.TuningSeeds, FullTrials: h.FullTrials, Ruleset: h.Ruleset, Kernels: h.Kernels}
	}
	what = name.of("", reflect.ValueOf(plain(a)), reflect.ValueOf(plain(b)))
	common(a.Workloads, b.Workloads, func(w HeaderWorkload) string { return w.Name }, func(key string, x, y HeaderWorkload) {
		what = cmp.Or(what, name.of("workload "+foreign.Name(key), reflect.ValueOf(x), reflect.ValueOf(y)))
	})
	common(a.Optimizers, b.Optimizers, func(e Entry) string { return e.Name }, func(key string, x, y Entry) {
		what = cmp.Or(what, name.of("optimizer "+foreign.Name(key), reflect.ValueOf(x), reflect.ValueOf(y)))
	})
	common(a.Cells, b.Cells, cellID, func(key cellName, x, y Cell) {
		if what == "" {
			what = name.of(key.String(), reflect.ValueOf(x), reflect.ValueOf(y))
		}
	})
	return what
}

// changed names the optimizers and workloads that behave differently in two headers
// with the same settings. It returns "" if there are none.
func changed(a, b Header, name comparison) string {
	var who []string
	other := map[string]bool{} // workloads
	common(a.Workloads, b.Workloads, func(w HeaderWorkload) string { return w.Name }, func(key string, x, y HeaderWorkload) {
		if x.FirstStep != y.FirstStep {
			other[key] = true
			who = append(who, "workload "+foreign.Name(key))
		}
	})
	common(a.Cells, b.Cells, cellID, func(key cellName, x, y Cell) {
		entry := "optimizer " + foreign.Name(key.entry)
		same := slices.EqualFunc(x.Candidates, y.Candidates, func(p, q Candidate) bool { return p.Probe == q.Probe })
		if !same && !other[key.workload] && !slices.Contains(who, entry) {
			who = append(who, entry)
		}
	})
	if len(who) == 0 {
		return ""
	}
	return fmt.Sprintf("%s: different numbers %s than %s with the same settings", strings.Join(who, ", "), name.here, name.there)
}
