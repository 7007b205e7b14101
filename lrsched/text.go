package lrsched

import (
	"fmt"
	"slices"
)

// The names of the modes, as PyTorch writes them.
var (
	annealNames = []string{"cos", "linear"}
	cyclicNames = []string{"triangular", "triangular2", "exp_range"}
)

func (a Anneal) String() string { return nameOf(annealNames, int(a)) }

func (a Anneal) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a *Anneal) UnmarshalText(text []byte) error { return parse(a, annealNames, text) }

func (m CyclicMode) String() string { return nameOf(cyclicNames, int(m)) }

func (m CyclicMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

func (m *CyclicMode) UnmarshalText(text []byte) error { return parse(m, cyclicNames, text) }

// nameOf returns the i-th name, or the number i if there is none.
func nameOf(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprint(i)
	}
	return names[i]
}

func parse[T ~int](v *T, names []string, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("lrsched: %q: want one of %q", text, names)
	}
	*v = T(i)
	return nil
}
