package minimize

import (
	"errors"
	"fmt"

	"descent/internal/prefix"
	"descent/optimizers"
	"gonum.org/v1/gonum/mat"
)

// ErrSingular is wrapped by errors about a Hessian without an inverse.
var ErrSingular = errors.New("the Hessian is singular")

// Hessian returns the matrix of second derivatives at the point, a new matrix at
// each call. It returns an error if the [Search] has no Hessian, or if the Hessian
// has the wrong size or an element that is not finite.
func (p *Point) Hessian() (*mat.SymDense, error) {
	if p.hessian == nil {
		return nil, errors.New("Search: Hessian is nil: want one for this direction")
	}
	p.walk.path.Hessians++
	rows, err := p.hessian(p.X)
	if err != nil {
		return nil, prefix.Error("minimize", err, "Hessian")
	}
	return symmetric(rows, len(p.X))
}

// symmetric returns the matrix of the means of both halves of rows.
func symmetric(rows [][]float64, n int) (*mat.SymDense, error) {
	if len(rows) != n {
		return nil, fmt.Errorf("the Hessian has %d rows: want %d", len(rows), n)
	}
	for i, row := range rows {
		if len(row) != n {
			return nil, fmt.Errorf("row %d of the Hessian has %d elements: want %d", i, len(row), n)
		}
		if j := notFinite(row); j >= 0 {
			return nil, fmt.Errorf("element [%d][%d] of the Hessian = %v: %w", i, j, row[j], optimizers.ErrNotFinite)
		}
	}
	h := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, float64(rows[i][j]/2)+float64(rows[j][i]/2))
		}
	}
	return h, nil
}
