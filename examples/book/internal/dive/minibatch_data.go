package dive

import (
	"math"

	"descent/examples/book/internal/page"

	"gonum.org/v1/gonum/mat"
)

func airfoilRows(p *page.Page) error {
	p.Say("NASA's airfoil data contains five quantities of a wing in a wind tunnel, and its noise. A linear regression predicts the noise from the five quantities. Each column is standardized to mean 0 and standard deviation 1. The means and deviations are those of all 1,503 rows, as in the book, which then uses 1,500. The loss is half the mean squared error. Its minimum, by least squares, is the floor of the curves of 11.5 to 11.10.")
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	floor, err := loss.least()
	if err != nil {
		return err
	}
	covariance, deviation := loss.whiteness()
	p.Info("minimum loss of a linear regression", nil, page.Num(floor), "by least squares over the 1,500 rows")
	p.Erratum("columns of the 1,500 rows: largest covariance of two, and largest distance of a variance from 1", page.Num(0, 0), page.Num(covariance, deviation), covariance > 0.3, page.Slip{
		Place: "11.5.3", Quote: "The data is whitened for preprocessing",
		Right: "standardized",
		Why:   "Each column has its mean removed and its variance set to 1, as the rest of the sentence says. Whitened data would also be uncorrelated.",
	})
	return nil
}

// least returns the loss of the least-squares weights.
func (l *squaredLoss) least() (float64, error) {
	n, _ := l.x.Dims()
	y := mat.NewVecDense(n, l.y)
	var w, rest mat.VecDense
	if err := w.SolveVec(l.x, y); err != nil {
		return 0, err
	}
	rest.MulVec(l.x, &w)
	rest.SubVec(y, &rest)
	return mat.Dot(&rest, &rest) / float64(2*n), nil
}

// whiteness is the largest covariance of two inputs, and the largest distance of the
// variance of a column from 1. Both are zero for whitened data.
func (l *squaredLoss) whiteness() (covariance, variance float64) {
	n, d := l.x.Dims()
	var c mat.SymDense
	c.SymOuterK(1/float64(n), l.x.T())
	for i := range d - 1 { // the last column has only ones
		variance = max(variance, math.Abs(c.At(i, i)-1))
		for j := range i {
			covariance = max(covariance, math.Abs(c.At(i, j)))
		}
	}
	return covariance, variance
}
