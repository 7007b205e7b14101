package optimizers

import "math"

// NorMuon is [Muon] with Adam's second moment for each row of the orthogonal step,
// which makes the rows about equally long (Li et al., 2025, Algorithm 1).
//
// A parameter of shape [out, …] is a matrix with out rows, as for Muon. With
// gradient g, momentum μ, weight decay λ and X the orthogonal matrix of u:
//
//	m ← μ·m + (1−μ)·g
//	u = μ·m + (1−μ)·g
//	v ← β2·v + (1−β2)·(row means of X²)
//	Y = X/(√v + 1e-10), each row
//	x ← (1 − lr·λ)·x − lr·s·‖X‖/(‖Y‖ + 1e-10)·Y
//
// with the factor s of [MuonScale], and Euclidean norms of matrices. This is the
// authors' code. Their paper has 0.2·√len(x)/‖Y‖ in place of the norms and s,
// which equals [MuonRMS] if X is exactly orthogonal. For a convolution, the authors'
// code computes v from the rows of the window, not those of the output channel.
//
// State: the slot "momentum_buffer" (m), len(x), and "second_momentum_buffer" (v),
// [out, 1]; initially zero.
// Defaults ([DefaultNorMuon]): μ 0.95, β2 0.95, λ 0, 5 iterations, the authors'
// settings.
// Usual rate: 0.02.
type NorMuon struct {
	Momentum    float64   // μ in [0, 1)
	Beta2       float64   // β2 in [0, 1): of the rows' mean squares
	WeightDecay float64   // λ, 0 or more, decoupled
	Steps       int       // iterations, 1 or more
	Scale       MuonScale // s: the zero value is the authors'
}

// DefaultNorMuon returns the authors' settings.
func DefaultNorMuon() NorMuon { return NorMuon{Momentum: .95, Beta2: .95, Steps: 5} }

var (
	_ Rule      = NorMuon{}
	_ Shaper    = NorMuon{}
	_ Fitter    = NorMuon{}
	_ Scratcher = NorMuon{}
	_ Bounded   = NorMuon{}
)

func (r NorMuon) Validate() error {
	return Check("NorMuon").
		Fraction("Momentum", r.Momentum).
		Fraction("Beta2", r.Beta2).
		NotNegative("WeightDecay", r.WeightDecay).
		That(r.Steps >= 1, "Steps", r.Steps, "1 or more").
		That(r.Scale.known(), "Scale", r.Scale, muonScaleRange).Err()
}

func (r NorMuon) Fits(shape []int) error { return wantsMatrix("NorMuon", shape) }

func (r NorMuon) Slots() []string { return []string{"momentum_buffer"} }

func (r NorMuon) Shaped(shape []int) []SlotShape {
	rows, _ := matrix(shape)
	return []SlotShape{{Name: "second_momentum_buffer", Shape: []int{rows, 1}}}
}

func (r NorMuon) Bounds() (slots, globals map[string]Range) {
	return notNegative("second_momentum_buffer"), nil
}

func (r NorMuon) Scratch(shape []int) int { return Muon{}.Scratch(shape) }

func (r NorMuon) Update32(u Update[float32]) { normuon(r, u) }

func (r NorMuon) Update64(u Update[float64]) { normuon(r, u) }

func normuon[T Float](r NorMuon, u Update[T]) {
	m, v := u.Slots[0], u.Shaped[0]
	rows, columns := matrix(u.Shape)
	a, b := NewAverage[T](r.Momentum), NewAverage[T](r.Beta2)
	x := u.Scratch[:len(m)]
	for i, g := range u.Grad {
		m[i] = a.Mean(m[i], g)
		x[i] = a.Mean(m[i], g)
	}
	x = orthogonal(u.Workers, u.Scratch, rows, columns, r.Steps)

	size := Norm(x)
	for i := range rows {
		row := x[i*columns:][:columns]
		n := Norm(row)
		v[i] = b.Mean(v[i], T(n*n/float64(columns)))
		scale := 1 / (math.Sqrt(float64(v[i])) + 1e-10)
		for j := range row {
			row[j] = T(float64(row[j]) * scale)
		}
	}
	rate := T(u.LR * r.Scale.of(rows, columns) * (size / (float64(Norm(x)) + 1e-10)))
	shrink := u.Decoupled(u.LR, r.WeightDecay)
	for i, s := range x {
		u.Value[i] = T(shrink*u.Value[i]) - T(rate*s)
	}
}
