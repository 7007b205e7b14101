package optimizers

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"descent/internal/kernel"
)

// SOAP is [Adam] in the eigenbasis of [Shampoo]'s preconditioner (Vyas et al., 2024,
// Algorithm 3).
//
// For each parameter tensor, with gradient G, weight decay λ and step t = 0, 1, …,
// where G₍ᵢ₎ is G unfolded along dimension i, a matrix with dᵢ rows:
//
//	Hᵢ ← β3·Hᵢ + (1−β3)·G₍ᵢ₎·G₍ᵢ₎ᵀ            after each step
//	Qᵢ: the eigenvectors of Hᵢ, the largest first     at t = 0, which ends here
//	R = G multiplied along each dimension i by Qᵢᵀ
//	M ← β1·M + (1−β1)·R
//	V ← β2·V + (1−β2)·R²
//	D = M/(√V + ε) multiplied along each dimension i by Qᵢ
//	x ← x − lr·√(1−β2ᵗ)/(1−β1ᵗ)·D
//	x ← x − lr·λ·x
//	Qᵢ ← the factor Q of the QR decomposition of Hᵢ·Qᵢ      every Interval steps
//
// Before the last line, the columns of Qᵢ are sorted by (QᵢᵀHᵢQᵢ)ⱼⱼ, the largest
// first, and V with them; M is rotated from the old basis to the new one. A dimension
// larger than MaxDim has no Hᵢ and no Qᵢ, and neither does a vector: this is the
// paper's fallback, and it is silent. Without any Qᵢ, the rule is Adam with EpsHat.
//
// State: the slots "exp_avg" (M), "exp_avg_sq" (V), each len(x), and for each
// dimension i from 0 with a basis "GG.i" (Hᵢ) and "Q.i" (Qᵢ), each [dᵢ, dᵢ];
// initially zero.
// Defaults ([DefaultSOAP]): β1 0.95, β2 0.95, β3 0.95, ε 1e-8, λ 0.01, Interval 10,
// MaxDim 10,000, as in the authors' code. Its options to merge dimensions, to
// normalize steps and for vectors are not implemented. PyTorch has no SOAP.
// The decompositions cost dᵢ³ every interval.
// Usual rate: 0.003.
type SOAP struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Beta3       float64 // β3 in [0, 1): of the preconditioner
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
	Interval    int     // steps from one basis to the next, 1 or more
	MaxDim      int     // the largest dimension with a basis, 0 or more
}

var (
	_ Rule        = SOAP{}
	_ Shaper      = SOAP{}
	_ Scratcher   = SOAP{}
	_ Scratcher64 = SOAP{}
	_ Bounded     = SOAP{}
)

// DefaultSOAP returns the authors' defaults.
func DefaultSOAP() SOAP {
	return SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 10, MaxDim: 10_000}
}

func (r SOAP) Validate() error {
	return Check("SOAP").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		Fraction("Beta3", r.Beta3).
		Positive("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).
		That(r.Interval >= 1, "Interval", r.Interval, "1 or more").
		That(r.MaxDim >= 0, "MaxDim", r.MaxDim, "0 or more").Err()
}

func (r SOAP) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

// based reports whether a dimension has a basis.
func (r SOAP) based(shape []int, i int) bool {
	return len(shape) > 1 && shape[i] <= r.MaxDim
}

func (r SOAP) Shaped(shape []int) (all []SlotShape) {
	for i, d := range shape {
		if r.based(shape, i) {
			n, square := strconv.Itoa(i), []int{d, d}
			all = append(all, SlotShape{Name: "GG." + n, Shape: square}, SlotShape{Name: "Q." + n, Shape: square})
		}
	}
	return all
}

func (r SOAP) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r SOAP) Scratch(shape []int) int { return kroneckerScratch(shape, r.MaxDim) }

func (r SOAP) Scratch64(shape []int) int { return decomposeScratch(largest(shape, r.MaxDim)) }

func (r SOAP) Update32(u Update[float32]) { soap(r, u) }

func (r SOAP) Update64(u Update[float64]) { soap(r, u) }

func soap[T Float](r SOAP, u Update[T]) {
	step := u.Step - 1
	if step > 0 {
		soapStep(r, u, step)
	}
	c := NewAverage[T](r.Beta3)
	scratch := u.Scratch[2*len(u.Value):]
	refresh := step > 0 && step%r.Interval == 0
	if refresh {
		turn(r, u, u.Slots[0], true)
	}
	state := u.Shaped
	for i, d := range u.Shape {
		if !r.based(u.Shape, i) {
			continue
		}
		h, q := state[0], state[1]
		state = state[2:]
		kernel.Set[T]{}.Scale(h, h, c.Beta)
		addGram(h, u.Grad, u.Shape, i, c.Gain, scratch)
		switch {
		case step == 0:
			firstBasis(q, h, d, u.Scratch64)
		case refresh:
			nextBasis(u, q, h, i)
		}
	}
	if refresh {
		turn(r, u, u.Slots[0], false)
	}
}

// soapStep is Adam in the basis.
func soapStep[T Float](r SOAP, u Update[T], step int) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	eps := Epsilon[T](r.Eps)
	m, v, x := u.Slots[0], u.Slots[1], u.Scratch[:len(u.Value)]
	copy(x, u.Grad)
	turn(r, u, x, false)
	for i, g := range x {
		m[i] = a.Mean(m[i], g)
		v[i] = b.Square(v[i], g)
		x[i] = m[i] / (Sqrt(v[i]) + eps)
	}
	turn(r, u, x, true)
	rate := T(u.LR * math.Sqrt(Unbias(r.Beta2, step)) / Unbias(r.Beta1, step))
	shrink := u.Decoupled(u.LR, r.WeightDecay)
	for i, s := range x {
		u.Value[i] = T(shrink * (u.Value[i] - T(rate*s)))
	}
}

// turn multiplies x along each dimension by the transpose of its basis or, to go back,
// by the basis. It uses the second and third parts of the working memory.
func turn[T Float](r SOAP, u Update[T], x []T, back bool) {
	n, state := len(x), u.Shaped
	for i := range u.Shape {
		if r.based(u.Shape, i) {
			other := u.Scratch[n:][:n]
			multiply(other, x, u.Shape, i, state[1], !back, u.Scratch[2*n:])
			copy(x, other)
			state = state[2:]
		}
	}
}

// firstBasis writes the eigenvectors of h to the columns of q, the largest first.
func firstBasis[T Float](q, h []T, d int, scratch []float64) {
	for i, v := range h {
		scratch[i] = float64(v)
	}
	for i := range d {
		scratch[i*d+i] += 1e-30 // as the authors
	}
	if _, vectors, ok := eigen(scratch, d); ok {
		for i := range d {
			for j := range d {
				q[i*d+j] = T(vectors[i*d+d-1-j])
			}
		}
	}
}

// nextBasis takes one step of the power iteration, and sorts the second moment.
func nextBasis[T Float](u Update[T], q, h []T, i int) {
	d, n := u.Shape[i], len(u.Value)
	next, values, order := parts(u.Scratch64, d)
	order = order[:d]
	product := u.Scratch[2*n:][:d*d]
	clear(product)
	addProduct(product, h, q, d, 1)
	clear(values)
	for k, v := range product {
		values[k%d] += float64(float64(q[k]) * float64(v))
	}
	for j := range order {
		order[j] = float64(j)
	}
	slices.SortStableFunc(order, func(a, b float64) int { return cmp.Compare(values[int(b)], values[int(a)]) })

	v, old := u.Slots[1], u.Scratch[:n]
	copy(old, v)
	_, after := around(u.Shape, i)
	for k := range v {
		j := k / after % d
		v[k] = old[k+(int(order[j])-j)*after]
	}
	for k := range product {
		next[k] = float64(product[k-k%d+int(order[k%d])])
	}
	if next, ok := orthonormalize(u.Scratch64, d); ok {
		for k, v := range next {
			q[k] = T(v)
		}
	}
}
