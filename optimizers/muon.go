package optimizers

import (
	"fmt"

	"descent/internal/kernel"
)

// Muon is gradient descent with momentum and orthogonal steps, for matrices
// (Jordan, Jin, Boza, You, Cesista, Newhouse, Bernstein 2024, "Muon:
// An optimizer for hidden layers in neural networks").
//
// A parameter of shape [out, …] is a row-major matrix with out rows; one with
// fewer than two dimensions is an error: give vectors another rule, and a rate
// for it, in [Config], as in the example. With gradient g, momentum μ and
// weight decay λ:
//
//	v ← μ·v + g
//	u = v, or, with Nesterov, g + μ·v
//	X = u/(‖u‖ + 1e-7)        ‖u‖ the root of the sum of squares
//	X ← 3.4445·X + (−4.7750·A + 2.0315·A²)·X with A = X·Xᵀ      Steps times
//	x ← (1 − lr·λ)·x − lr·s·X
//
// which makes all singular values of u about 1 (0.7 to 1.2, or less for those
// that were very small): a Newton–Schulz iteration, on the transpose of a matrix
// taller than wide, in the precision of the parameter. The usual implementation
// uses bfloat16. The factor s is √max(1, rows/columns) or another [MuonScale].
//
// Slots: "momentum_buffer" (v), len(x), initially zero.
// Defaults ([DefaultMuon]): μ 0.95, Nesterov, λ 0, 5 iterations, the author's
// settings; PyTorch 2.9 has the same except λ 0.1. Averaging the gradient,
// v ← μ·v + (1−μ)·g, as his later versions do, gives the same steps, because X
// does not depend on the scale of u except for the 1e-7.
// The other rule is often used for the first convolution and the last layer of a
// network too. Usual rate: 0.02.
type Muon struct {
	Momentum    float64 // μ in [0, 1)
	Nesterov    bool    // look ahead; only with momentum
	WeightDecay float64 // λ, 0 or more, decoupled
	Steps       int     // iterations, 1 or more

	Scale MuonScale // s: the zero value is the author's
}

// DefaultMuon returns the author's settings.
func DefaultMuon() Muon { return Muon{Momentum: 0.95, Nesterov: true, Steps: 5} }

var (
	_ Rule      = Muon{}
	_ Fitter    = Muon{}
	_ Scratcher = Muon{}
)

func (r Muon) Validate() error {
	return Check("Muon").
		Fraction("Momentum", r.Momentum).
		That(!r.Nesterov || r.Momentum != 0, "Nesterov", r.Nesterov, "false without Momentum").
		NotNegative("WeightDecay", r.WeightDecay).
		That(r.Steps >= 1, "Steps", r.Steps, "1 or more").
		That(r.Scale.known(), "Scale", r.Scale, muonScaleRange).Err()
}

func (r Muon) Fits(shape []int) error { return wantsMatrix("Muon", shape) }

// wantsMatrix returns the error of a rule for matrices about any other shape, or nil.
func wantsMatrix(rule string, shape []int) error {
	if len(shape) < 2 {
		return fmt.Errorf("%s wants two dimensions or more: give vectors another rule, Config{Groups: []Group{{Vectors: true, Rule: …, LRScale: …}}}", rule)
	}
	return nil
}

func (r Muon) Slots() []string { return []string{"momentum_buffer"} }

func (r Muon) Scratch(shape []int) int {
	return newtonSchulzScratch(matrix(shape)) // 0 for a shape that Fits refuses
}

func (r Muon) Update32(u Update[float32]) { muon(r, u) }

func (r Muon) Update64(u Update[float64]) { muon(r, u) }

func muon[T Float](r Muon, u Update[T]) {
	v, mu := u.Slots[0], T(r.Momentum)
	rows := u.Shape[0]
	columns := len(u.Value) / rows

	x := u.Scratch[:len(v)]
	var k kernel.Set[T]
	if r.Nesterov {
		k.AccumulateAhead(v, x, u.Grad, &kernel.AccumulateAheadStep[T]{Mu: mu})
	} else {
		k.Accumulate(v, u.Grad, &kernel.AccumulateStep[T]{Mu: mu})
		copy(x, v)
	}
	x = orthogonal(u.Workers, u.Scratch, rows, columns, r.Steps)

	shrink := u.Decoupled(u.LR, r.WeightDecay)
	rate := T(u.LR * r.Scale.of(rows, columns))
	k.Descend(u.Value, x, &kernel.DescendStep[T]{Shrink: shrink, Rate: rate})
}

// orthogonal is newtonSchulz of a matrix of any norm.
func orthogonal[T Float](workers Workers, scratch []T, rows, columns, steps int) []T {
	x := scratch[:rows*columns]
	scale, root := scaledNorm(x)
	shrink(x, x, 1, scale, root+1e-7/scale)
	return newtonSchulz(workers, scratch, rows, columns, steps)
}
