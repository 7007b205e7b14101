package dive

import (
	"fmt"
	"math"
	"math/rand/v2"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
)

// softThreshold is exercise 8: the penalized objective, and the λ with which
// its minimizer is the projection onto the ℓ₁ ball.
func softThreshold(p *page.Page, r *rand.Rand) error {
	p.Say("Exercise 8: ‖w − w′‖² + λ‖w′‖₁ is minimal at w′ᵢ = sign(wᵢ)·max(|wᵢ| − λ/2, 0). The right λ gives ‖w′‖₁ = 1. `optimizers.ProjectL1` finds it by sorting |w|; bisection finds the same w′. It is the nearest point, as no corner ±eᵢ of the ball is beyond the plane through w′ perpendicular to w − w′.")
	shrunk := func(w []float64, lambda float64) (s []float64, size float64) {
		for _, v := range w {
			s = append(s, math.Copysign(math.Max(math.Abs(v)-lambda/2, 0), v))
			size += math.Abs(s[len(s)-1])
		}
		return s, size
	}
	w := normals(r, 8)
	lambda := zeroOf(func(l float64) float64 { _, size := shrunk(w, l); return size - 1 }, 0, 100)
	want, _ := shrunk(w, lambda)
	ours := make([]float64, len(w))
	if err := optimizers.ProjectL1(ours, w, 1); err != nil {
		return err
	}
	p.Check("projection of a w of eight numbers onto the ℓ₁ ball, by bisection on λ", want, ours)

	// The plane: ⟨w − w′, ±eᵢ − w′⟩ ≤ 0.
	above, inner := math.Inf(-1), 0.0
	for i := range w {
		inner += (w[i] - ours[i]) * ours[i]
		above = max(above, math.Abs(w[i]-ours[i]))
	}
	p.Check("largest ⟨w − w′, ±eᵢ⟩ (computed), and ⟨w − w′, w′⟩ (expected)", page.Num(inner), page.Num(above))

	penalized := func(x autograd.Var) autograd.Var {
		sum := autograd.Const(lambda).Mul(x.Abs().Sum())
		for i, v := range w {
			sum = sum.Add(x.Index(i).Sub(autograd.Const(v)).Square())
		}
		return sum
	}
	_, gradient, err := autograd.Gradient(penalized, ours) // |w′ᵢ| counts as flat at 0
	if err != nil {
		return err
	}
	slope, pull := 0.0, 0.0
	for i, g := range gradient {
		if ours[i] != 0 {
			slope = max(slope, math.Abs(g))
		} else {
			pull = max(pull, math.Abs(g))
		}
	}
	p.Check("largest gradient of the penalized objective where w′ᵢ is not zero", page.Num(0), page.Num(slope))
	p.YesNo("where w′ᵢ is zero, the gradient of the squares is ≤ λ, the slope of the penalty", page.Num(1), page.Num(yes(pull <= lambda)))
	return nil
}

func boundaryOrVertices(p *page.Page) error {
	p.Say("Exercise 1: the segments between points of its boundary tell whether a set is convex. For a polygon, the vertices are enough, but not for every set: the segments between the four corners of a square do not cross a round hole beside its diagonals.")
	p.Say("Exercise 2: the unit balls of the p-norms are convex for p ≥ 1. For p = ½, which is not a norm, the ball is a star.")
	hole := shape{x: 0.5, radius: circle(0.2)}
	whole := set(func(x, y float64) bool { return math.Max(math.Abs(x), math.Abs(y)) <= 1+1e-12 })
	pierced := set(func(x, y float64) bool { return whole(x, y) && math.Hypot(x-hole.x, y-hole.y) >= 0.2 })
	corners := [][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}
	var boundary, edge [][2]float64
	for _, angle := range paths.Linspace(0, 2*math.Pi, 41) {
		sin, cos := math.Sincos(angle)
		boundary = append(boundary, [2]float64{hole.x + 0.2*cos, 0.2 * sin})
		far := ball(math.Inf(1))(angle)
		edge = append(edge, [2]float64{far * cos, far * sin})
	}
	among := func(s set, points [][2]float64) float64 {
		in := true
		for i := range points {
			for j := range i {
				in = in && s.inside(points[i], points[j])
			}
		}
		return yes(in)
	}
	boundary = append(boundary, edge...)
	r := rng.New(1, "book", "11.2.exercise1")
	p.YesNo("the square and the square with a hole are convex, by random segments", page.Num(1, 0), page.Num(yes(whole.convex(r, 1)), yes(pierced.convex(r, 1))))
	byBoundary, byVertices := page.Num(among(whole, edge), among(pierced, boundary)), among(pierced, corners)
	p.YesNo("the square and the square with a hole are convex, by segments between points of the boundary", page.Num(1, 0), byBoundary)
	p.Erratum("the square with a hole is convex (1) or not (0), by segments between its vertices", page.Num(0), page.Num(byVertices), byVertices == 1 && byBoundary[1] == 0,
		page.Slip{
			Place: "11.2, exercise 1", Quote: "sufficient to check only the vertices of the set",
			Right: "… of a polygon",
			Why:   "All segments between the corners of a square with a hole are in it, and it is not convex.",
		})

	square := figure.Panel{Title: "A square with a hole", XLabel: "x", YLabel: "y", Equal: true}
	square.Series = []figure.Series{colored(shape{radius: ball(math.Inf(1))}.outline("border"), 1), colored(hole.outline(""), 1)}
	ways := figure.Series{Name: "between vertices", Style: figure.Dashed, Color: 2, X: page.Num(-1, 1, math.NaN(), 1, -1), Y: page.Num(-1, 1, math.NaN(), -1, 1)}
	square.Series = append(square.Series, ways)
	balls := figure.Panel{Title: "Unit balls", XLabel: "x₁", YLabel: "x₂", Equal: true}
	var answers page.Numbers
	for _, q := range []float64{0.5, 1, 2, math.Inf(1)} {
		name := fmt.Sprintf("p = %g", q)
		if math.IsInf(q, 1) {
			name = "p = ∞"
		}
		balls.Series = append(balls.Series, shape{radius: ball(q)}.outline(name))
	}
	for _, q := range []float64{0.5, 1, 1.5, 2, 4} {
		in := set(func(x, y float64) bool { return math.Pow(math.Abs(x), q)+math.Pow(math.Abs(y), q) <= 1+1e-12 })
		answers = append(answers, yes(in.convex(r, 1)))
	}
	p.YesNo("unit balls for p = ½, 1, 1½, 2, 4 are convex", page.Num(0, 1, 1, 1, 1), answers)
	p.Figure("sets", "Vertices, and balls", figure.Figure{Panels: []figure.Panel{square, balls}})
	return nil
}

func greaterAndLesser(p *page.Page) error {
	p.Say("The maximum of two convex functions is convex, here of (x − 1)² and (x + 1)². Their minimum need not be: it has a peak between the two valleys.")
	k := autograd.Const
	f := func(x autograd.Var) autograd.Var { return x.Index(0).Sub(k(1)).Square() }
	g := func(x autograd.Var) autograd.Var { return x.Index(0).Add(k(1)).Square() }
	pick := func(sign float64, f, g autograd.Function) autograd.Function { // (f + g ± |f − g|)/2
		return func(x autograd.Var) autograd.Var {
			a, b := f(x), g(x)
			return a.Add(b).Add(k(sign).Mul(a.Sub(b).Abs())).Div(k(2))
		}
	}
	var answers page.Numbers
	panel := figure.Panel{XLabel: "x", YLabel: "value"}
	for _, c := range []struct {
		name string
		f    autograd.Function
	}{{"max(f, g)", pick(1, f, g)}, {"min(f, g)", pick(-1, f, g)}} {
		curve, err := paths.CurveOf(c.f, c.name, -2, 2)
		if err != nil {
			return err
		}
		panel.Series = append(panel.Series, curve)
		above, err := aboveChord(c.f, -2, 2)
		if err != nil {
			return err
		}
		answers = append(answers, yes(above <= 1e-12))
	}
	p.Figure("max", "Maximum and minimum of two parabolas", figure.Figure{Panels: []figure.Panel{panel}})
	p.YesNo("max(f, g) and min(f, g) are convex", page.Num(1, 0), answers)
	above, err := aboveChord(pick(-1, f, f), -2, 2)
	if err != nil {
		return err
	}
	p.Erratum("min(f, f) is convex (1) or not (0)", page.Num(0), page.Num(yes(above <= 1e-12)), above <= 1e-12,
		page.Slip{
			Place: "11.2, exercise 3", Quote: "Prove that min(f, g) is not convex",
			Right: "… need not be convex",
			Why:   "min(f, f) is f.",
		})
	return nil
}

func subspaces(p *page.Page) error {
	p.Say("The points with Wx = b form a convex set, as Wx = b also holds on the segment between two of them. For b = 0 the nearest such point to x is Mx with M = I − Wᵀ(WWᵀ)⁻¹W. Here W is a random 2×5 matrix. Descent from 0 within the subspace, x ← x − ηM·∇½‖x − y‖², finds the same point.")
	r := rng.New(1, "book", "11.2.exercise5")
	w := mat.NewDense(2, 5, normals(r, 10))
	var gram, inverse, back, m mat.Dense
	gram.Mul(w, w.T())
	if err := inverse.Inverse(&gram); err != nil {
		return err
	}
	back.Mul(w.T(), &inverse) // Wᵀ(WWᵀ)⁻¹
	m.Mul(&back, w)
	m.Scale(-1, &m)
	for i := range 5 {
		m.Set(i, i, 1+m.At(i, i))
	}
	// Two points with Wx = b: one of the solutions, and M of anything added.
	b := mat.NewVecDense(2, []float64{1, -2})
	worst := 0.0
	var one, two, free mat.VecDense
	one.MulVec(&back, b)
	free.MulVec(&m, mat.NewVecDense(5, normals(r, 5)))
	two.AddVec(&one, &free)
	for _, t := range paths.Linspace(0, 1, 11) {
		var x, wx mat.VecDense
		x.ScaleVec(1-t, &one)
		x.AddScaledVec(&x, t, &two)
		wx.MulVec(w, &x)
		wx.SubVec(&wx, b)
		worst = max(worst, mat.Norm(&wx, 2))
	}
	p.Check("largest ‖Wx − b‖ on a segment", page.Num(0), page.Num(worst))
	p.Erratum("Wx at x = 0 for b = (1, −2)", b.RawVector().Data, page.Num(0, 0), mat.Norm(b, 2) > 0,
		page.Slip{
			Place: "11.2, exercise 5", Quote: "linear subspaces are convex sets, i.e., X = {x | Wx = b}",
			Right: "affine subspaces",
			Why:   "A linear subspace contains 0, which this set does only if b = 0.",
		})

	var square, wm mat.Dense
	square.Mul(&m, &m)
	square.Sub(&square, &m)
	wm.Mul(w, &m)
	p.Check("norms of M² − M and of WM", page.Num(0, 0), page.Num(mat.Norm(&square, 2), mat.Norm(&wm, 2)))
	y := normals(r, 5)
	var want mat.VecDense
	want.MulVec(&m, mat.NewVecDense(5, y))
	near := func(x autograd.Var) autograd.Var {
		sum := autograd.Const(0)
		for i := range 5 {
			sum = sum.Add(x.Index(i).Sub(autograd.Const(y[i])).Square())
		}
		return sum.Div(autograd.Const(2))
	}
	path, err := paths.Follow(p.Ctx, near, make([]float64, 5), 200, minimize.Search{Direction: along{&m}, Length: minimize.Fixed(0.2)})
	if err != nil {
		return err
	}
	p.Check("Mx, by 200 steps of descent within the subspace", paths.End(path), want.RawVector().Data)
	return nil
}

// along is the direction of steepest descent within a subspace, given its
// projection.
type along struct{ m *mat.Dense }

func (a along) From(p *minimize.Point, d []float64) error {
	v := mat.NewVecDense(len(d), d)
	v.MulVec(a.m, mat.NewVecDense(len(p.Grad), p.Grad))
	v.ScaleVec(-1, v)
	return nil
}
