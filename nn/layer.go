package nn

import (
	"cmp"
	"fmt"
	"strings"

	"descent/internal/isnil"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// Layer describes a part of a network and adds it to a graph. Activations are in
// lanes (see package lanes); [Rows] makes a layer of operations on plain rows.
//
// Forward is called once for each graph that a model needs: for training, for
// evaluation, and for other batch sizes, by one goroutine at a time. It must
// declare the same parameters each time and must not create a model.
type Layer interface {
	Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error)
}

// Func is a function that implements [Layer].
type Func func(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error)

// Forward calls f.
func (f Func) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return f(s, x) }

// Rows is a custom layer that computes on plain rows, with expressions of package
// autograd or with Gorgonia's operations: F gets a node of shape [n, …] and returns
// one of shape [n, …].
//
// n is the number of rows in the batch: a model with such a layer builds a graph
// for every batch size. Use s.Param for parameters.
type Rows struct {
	Name string // for summaries and errors; if empty, "Rows"
	F    func(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error)
}

// Forward implements [Layer].
func (r Rows) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if r.F == nil {
		return nil, invalid("F", nil, "a function")
	}
	n := s.Rows()
	rows, err := s.ToRows(x, n)
	if err != nil {
		return nil, err
	}
	y, err := r.F(s, rows)
	if err != nil {
		return nil, err
	}
	if y == nil || len(y.Shape()) < 2 || y.Shape()[0] != n {
		return nil, fmt.Errorf("its function returned %v: want rows of shape [%d ...]", y, n)
	}
	return s.FromRows(y)
}

func (r Rows) String() string { return cmp.Or(r.Name, "Rows") }

// invalid is the error of a layer's field.
func invalid(field string, value any, want string) error {
	return fmt.Errorf("%s = %v: want %s", field, value, want)
}

// checkSize returns an error unless a size of a layer is at least some value
// and small enough to be added to others.
func checkSize(field string, value, least int) error {
	if value < least {
		return invalid(field, value, fmt.Sprintf("%d or more", least))
	}
	if value > kernel.MaxSize {
		return invalid(field, value, fmt.Sprintf("at most %d", kernel.MaxSize))
	}
	return nil
}

// describe returns the name of a layer in summaries and errors.
func describe(l Layer) string {
	if isnil.Value(l) {
		return "nil"
	}
	if _, ok := l.(fmt.Stringer); ok {
		return fmt.Sprint(l)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", l), "nn.")
}
