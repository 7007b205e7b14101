package nn

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Rows is a layer of your own, written on plain rows, in expressions of package
// autograd or with Gorgonia's operations: F gets a node of shape [n, …] and returns
// one of shape [n, …].
//
// n is the number of rows in the batch: a model with such a layer makes a graph
// for every size of batch. Parameters come from s.Param.
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

func (r Rows) String() string {
	if r.Name == "" {
		return "Rows"
	}
	return r.Name
}
