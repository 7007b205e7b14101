package optimizers

import "math"

// Adafactor divides the gradient by the root of a second moment, which for a
// matrix is stored only as row and column averages, and bounds and scales the
// step (Shazeer and Stern, 2018, Algorithms 4 and 5).
//
// A parameter of shape [out, …] with two or more dimensions is a row-major matrix
// with out rows. With gradient G, weight decay λ and step t = 1, 2, …:
//
//	β = 1 − t^−c
//	R ← β·R + (1−β)·(row means of G² + ε1)
//	C ← β·C + (1−β)·(column means of G² + ε1)
//	U = G / √(R·Cᵀ / mean R)        or, with fewer dimensions,
//	V ← β·V + (1−β)·(G² + ε1)
//	U = G / √V
//	U ← U / max(1, RMS(U)/d)
//	α = max(ε2, RMS(x)) · min(lr, 1/√t)
//	x ← x − lr·λ·x − α·U
//
// With Beta1, an average of the steps, M ← β1·M + (1−β1)·α·U, replaces α·U. With
// Absolute, α is lr. R, C and V start at zero: β is 0 in the first step.
//
// The paper sums where this rule averages, which is equivalent, and has 0.01 for
// lr. In a tensor of three or more dimensions, PyTorch, Tensor2Tensor and
// Transformers factor the last two, which are the window of a convolution; Optax
// factors the two largest, from 128 up. PyTorch (2.5) applies ε1 in the denominators
// instead of in G².
//
// State: with Beta1, the slot "exp_avg" (M), len(x); for a matrix "row_var" (R),
// [out, 1], and "col_var" (C), [1, len(x)/out]; otherwise "variance" (V), len(x).
// Defaults ([DefaultAdafactor]): c 0.8, ε1 1e-30, ε2 1e-3, d 1, β1 0, λ 0, as in
// the paper.
// Usual rate: 0.01; with Absolute 0.001.
type Adafactor struct {
	Power       float64 // c in (0, 1]: how fast the second moment forgets
	Eps1        float64 // ε1, more than 0: added to squares
	Eps2        float64 // ε2, more than 0: the smallest size of a parameter
	Clip        float64 // d, more than 0: the largest root mean square of U
	Beta1       float64 // β1 in [0, 1): of the average of the steps
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
	Absolute    bool    // steps of size lr, not proportional to the parameter's size
}

var (
	_ Rule      = Adafactor{}
	_ Shaper    = Adafactor{}
	_ Scratcher = Adafactor{}
	_ Bounded   = Adafactor{}
)

// DefaultAdafactor returns the paper's settings.
func DefaultAdafactor() Adafactor { return Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1} }

func (r Adafactor) Validate() error {
	return Check("Adafactor").
		That(r.Power > 0 && r.Power <= 1, "Power", r.Power, "(0, 1]").
		Positive("Eps1", r.Eps1).
		Positive("Eps2", r.Eps2).
		Positive("Clip", r.Clip).
		Fraction("Beta1", r.Beta1).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Adafactor) Slots() []string {
	if r.Beta1 > 0 {
		return []string{"exp_avg"}
	}
	return nil
}

func (r Adafactor) Shaped(shape []int) []SlotShape {
	if rows, columns := matrix(shape); len(shape) > 1 {
		return []SlotShape{{Name: "row_var", Shape: []int{rows, 1}}, {Name: "col_var", Shape: []int{1, columns}}}
	}
	return []SlotShape{{Name: "variance", Shape: shape}}
}

func (r Adafactor) Bounds() (slots, globals map[string]Range) {
	return notNegative("row_var", "col_var", "variance"), nil
}

func (r Adafactor) Scratch(shape []int) int {
	n, _ := elements(shape)
	return n
}

func (r Adafactor) Update32(u Update[float32]) { adafactor(r, u) }

func (r Adafactor) Update64(u Update[float64]) { adafactor(r, u) }

func adafactor[T Float](r Adafactor, u Update[T]) {
	step := u.Scratch[:len(u.Grad)]
	by := math.Pow(float64(u.Step), -r.Power) // 1 − β
	if len(u.Shape) > 1 {
		factoredStep(step, u.Grad, u.Shaped[0], u.Shaped[1], by, r.Eps1)
	} else {
		a, eps := Average[T]{T(1 - by), T(by)}, Epsilon[T](r.Eps1)
		v := u.Shaped[0][:len(step)]
		for i, g := range u.Grad {
			v[i] = a.Mean(v[i], T(g*g)+eps)
			step[i] = g / Sqrt(v[i])
		}
	}

	root := math.Sqrt(float64(len(step)))
	rate := u.LR
	if !r.Absolute {
		rate = max(r.Eps2, Norm(u.Value)/root) * min(u.LR, 1/math.Sqrt(float64(u.Step)))
	}
	rate /= max(1, Norm(step)/root/r.Clip)
	scale, shrink := T(rate), u.Decoupled(u.LR, r.WeightDecay)
	a := NewAverage[T](r.Beta1)
	for i, s := range step {
		s = T(scale * s)
		if r.Beta1 > 0 {
			u.Slots[0][i] = a.Mean(u.Slots[0][i], s)
			s = u.Slots[0][i]
		}
		u.Value[i] = T(shrink*u.Value[i]) - s
	}
}

// factoredStep updates the means of a matrix's rows and columns and writes
// g/√(row·column/mean row). Its sums are in float64.
func factoredStep[T Float](step, g, row, column []T, by, eps float64) {
	rows, columns := len(row), len(column)
	a := Average[T]{T(1 - by), T(by)}
	mean := 0.0
	for i := range row {
		sum := 0.0
		for _, v := range g[i*columns:][:columns] {
			sum += float64(float64(v) * float64(v))
		}
		row[i] = a.Mean(row[i], T(sum/float64(columns)+eps))
		mean += float64(row[i]) / float64(rows)
	}
	for j := range column {
		sum := 0.0
		for i := range rows {
			v := float64(g[i*columns+j])
			sum += float64(v * v)
		}
		column[j] = a.Mean(column[j], T(sum/float64(rows)+eps))
	}
	for i, r := range row {
		scale := math.Sqrt(mean / float64(r))
		for j, c := range column {
			step[i*columns+j] = T(float64(g[i*columns+j]) * scale / math.Sqrt(float64(c)))
		}
	}
}

// matrix returns the rows and columns of a parameter of shape [out, …] that a rule
// treats as a matrix, or 0, 0 for other shapes.
func matrix(shape []int) (rows, columns int) {
	n, ok := elements(shape)
	if !ok || len(shape) < 2 {
		return 0, 0
	}
	return shape[0], n / shape[0]
}
