package optimizers_test

import (
	"fmt"
	"math"

	"descent/optimizers"
	"gonum.org/v1/gonum/mat"
)

// SmallShampoo is a rule of your own that keeps a matrix for each weight matrix, the
// sum L of G·Gᵀ: x ← x − lr·(L + 1e-6·I)^(−½)·G, one side of Shampoo.
type SmallShampoo struct{ optimizers.SGD }

func (SmallShampoo) Shaped(shape []int) []optimizers.SlotShape {
	return []optimizers.SlotShape{{Name: "L", Shape: []int{shape[0], shape[0]}}}
}
func (SmallShampoo) Update32(u optimizers.Update[float32]) { smallShampoo(u) }
func (SmallShampoo) Update64(u optimizers.Update[float64]) { smallShampoo(u) }
func smallShampoo[T optimizers.Float](u optimizers.Update[T]) {
	rows, columns := u.Shape[0], u.Shape[1]
	g, sum := mat.NewDense(rows, columns, nil), mat.NewSymDense(rows, nil)
	for i, v := range u.Grad {
		g.Set(i/columns, i%columns, float64(v))
	}
	sum.SymOuterK(1, g)
	for i := range u.Shaped[0] {
		u.Shaped[0][i] += T(sum.At(i/rows, i%rows))
		sum.SetSym(i/rows, i%rows, float64(u.Shaped[0][i]))
	}
	var e mat.EigenSym
	var v, step mat.Dense
	e.Factorize(sum, true)
	e.VectorsTo(&v)
	powers := e.Values(nil)
	for i, w := range powers {
		powers[i] = 1 / math.Sqrt(max(w, 0)+1e-6)
	}
	step.Product(&v, mat.NewDiagDense(rows, powers), v.T(), g)
	for i, s := range step.RawMatrix().Data {
		u.Value[i] -= T(u.LR * s)
	}
}

// The matrix of a rule of your own is part of the optimizer's state, and of checkpoints.
func ExampleShaper() {
	w := optimizers.Param[float32]{Name: "w", Shape: []int{2, 3}, Value: make([]float32, 6), Grad: []float32{3, 0, 0, 0, .1, 0}}
	o, err := optimizers.New(SmallShampoo{}, []optimizers.Param[float32]{w}, optimizers.Config{})
	fmt.Println(err, o.Step(.5))
	fmt.Printf("%.2f\n", w.Value) // as far for the small gradient as for the large one
	s := o.State().Slots[0]
	fmt.Printf("%s %v %.2f\n", s.Name, s.Shape, s.Values)
	// Output:
	// <nil> <nil>
	// [-0.50 0.00 0.00 0.00 -0.50 0.00]
	// L [2 2] [9.00 0.00 0.00 0.01]
}
