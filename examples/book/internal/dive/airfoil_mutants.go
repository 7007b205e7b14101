package dive

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"descent/internal/rng"
	"descent/optimizers"
)

// bandSeeds is the number of seeds whose ranks can reject a number at the level of the
// page.
const bandSeeds = 999

// mutant is a run that a printed loss should exclude.
type mutant struct {
	name string
	run  airfoil
}

// mutants are runs with a wrong rule, with a rate wrong by a fifth, and with another
// batch, on data with the given number of rows.
func (a airfoil) mutants(rows int) []mutant {
	rule, more, less, batch := a, a, a, a
	rule.rule = optimizers.SGD{}
	name := "plain SGD"
	if a.rule == rule.rule {
		rule.rule, name = optimizers.SGD{Momentum: 0.9}, "momentum 0.9"
	}
	more.rate, less.rate = 1.2*a.rate, a.rate/1.2
	batch.batch = 2 * cmp.Or(a.batch, defaultBatch)
	if batch.batch > rows {
		batch.batch = rows / 2
	}
	return []mutant{{name, rule}, {"η·1.2", more}, {"η/1.2", less}, {fmt.Sprintf("batch %d", batch.batch), batch}}
}

// losses are the final losses of the first seeds, by a plain loop.
func (l *squaredLoss) losses(a airfoil, seeds int) ([]float64, error) {
	values := make([]float64, seeds)
	err := eachSeed(seeds, func(k int) (err error) {
		values[k], err = l.train(a, uint64(k+1))
		return err
	})
	return values, err
}

// train is a plain loop for [airfoil.fit], with the library's rule, a gradient written
// by hand, and draws from the same distribution. It takes a twentieth of the time. It
// returns +Inf for a loss that is not finite.
func (l *squaredLoss) train(a airfoil, seed uint64) (float64, error) {
	n, d := l.x.Dims()
	w, g := make([]float64, d), make([]float64, d)
	r := rng.New(seed, "book", "airfoil")
	for j := range d - 1 { // the bias starts at 0
		w[j] = 0.01 * r.NormFloat64()
	}
	o, err := optimizers.New(a.rule, []optimizers.Param[float64]{{Name: "w", Shape: []int{d}, Value: w, Grad: g}}, optimizers.Config{})
	if err != nil {
		return 0, err
	}
	rows := l.x.RawMatrix()
	miss := func(i int) (e float64) {
		for j, v := range rows.Data[i*rows.Stride:][:d] {
			e += w[j] * v
		}
		return e - l.y[i]
	}
	for range cmp.Or(a.epochs, defaultEpochs) {
		order := r.Perm(n)
		for len(order) > 0 {
			batch := order[:min(cmp.Or(a.batch, defaultBatch), len(order))]
			order = order[len(batch):]
			clear(g)
			for _, i := range batch {
				e := miss(i) / float64(len(batch))
				for j, v := range rows.Data[i*rows.Stride:][:d] {
					g[j] += e * v
				}
			}
			if err := o.Step(a.rate); errors.Is(err, optimizers.ErrNotFinite) {
				return math.Inf(1), nil
			} else if err != nil {
				return 0, err
			}
		}
	}
	sum := 0.0
	for i := range n {
		e := miss(i)
		sum += e * e / float64(2*n)
	}
	if math.IsNaN(sum) {
		sum = math.Inf(1)
	}
	return sum, nil
}
