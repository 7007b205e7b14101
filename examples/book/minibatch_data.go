package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

func airfoilRows(p *page) error {
	p.say("NASA's airfoil data has five quantities of a wing in a wind tunnel and its noise, which a linear regression predicts from them. Each column is standardized to mean 0 and standard deviation 1. The loss is half the mean squared error. Its minimum, by least squares, is the floor of the curves of 11.5 to 11.10.")
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	floor, err := loss.least()
	if err != nil {
		return err
	}
	mean, deviation := loss.standardize()
	again, err := loss.least()
	if err != nil {
		return err
	}
	p.info("minimum loss of a linear regression", nil, num(floor), "by least squares over the 1,500 rows")
	p.erratum("columns of the 1,500 rows: largest mean, and largest distance of a standard deviation from 1", num(0, 0), num(mean, deviation), mean > 1e-4 && deviation > 1e-4,
		fmt.Sprintf("the book standardizes all 1,503 rows and then takes the first 1,500, whose means and deviations are not quite 0 and 1. Standardizing only these rows would give the minimum loss %.5f instead of %.5f. The experiments use the book's data.", again, floor))
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

// standardize makes every column but that of ones have mean 0 and standard
// deviation 1 over the rows. It returns the largest mean, and the largest
// distance of a deviation from 1, that it found.
func (l *squaredLoss) standardize() (mean, deviation float64) {
	n, d := l.x.Dims()
	columns := make([][]float64, d-1, d)
	for j := range columns {
		columns[j] = mat.Col(nil, j, l.x)
	}
	for _, column := range append(columns, l.y) {
		m, sd := moments(column)
		sd *= math.Sqrt(float64(n-1) / float64(n)) // that of the population, as the book has it
		mean, deviation = max(mean, math.Abs(m)), max(deviation, math.Abs(sd-1))
		for i := range column {
			column[i] = (column[i] - m) / sd
		}
	}
	for j, column := range columns {
		l.x.SetCol(j, column)
	}
	return mean, deviation
}
