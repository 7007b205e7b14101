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
)

// bowl is ½(x₁ − 2)² + 2(x₂ − 1)², with its minimum at (2, 1).
func bowl(x autograd.Var) autograd.Var {
	k := autograd.Const
	a, b := x.Index(0).Sub(k(2)), x.Index(1).Sub(k(1))
	return k(0.5).Mul(a.Square()).Add(k(2).Mul(b.Square()))
}

// outsideBall is the constraint c(x) = x₁² + x₂² − r² ≤ 0.
func outsideBall(x autograd.Var, r float64) autograd.Var {
	return x.Index(0).Square().Add(x.Index(1).Square()).Sub(autograd.Const(r * r))
}

// saddlePath descends on the Lagrange function of bowl in the ball of radius r
// along x, and ascends along its multiplier, which stays at 0 or above.
func saddlePath(r float64) (points [][]float64, multiplier float64, err error) {
	lagrange, err := autograd.NewObjective(func(z autograd.Var) autograd.Var { // z = (x₁, x₂, α)
		return bowl(z).Add(z.Index(2).Mul(outsideBall(z, r)))
	}, 3)
	if err != nil {
		return nil, 0, err
	}
	const eta = 0.05
	z, g := []float64{0, 0, 0}, make([]float64, 3)
	points = [][]float64{{0, 0}}
	for range 2000 {
		if _, err := lagrange.Evaluate(z, g); err != nil {
			return nil, 0, err
		}
		z[0], z[1], z[2] = z[0]-eta*g[0], z[1]-eta*g[1], math.Max(0, z[2]+eta*g[2])
		points = append(points, []float64{z[0], z[1]})
	}
	return points, z[2], nil
}

func constraints(p *page.Page) error {
	p.Say("We find the minimum of ½(x₁ − 2)² + 2(x₂ − 1)² in the unit ball in three ways. Descent in x with ascent in the multiplier α of the constraint ‖x‖² ≤ 1 spirals into the saddle point of the Lagrange function. Projected descent returns to the ball after every step. Weight decay λ = 2α, a penalty, has the same minimum without a constraint; other λ give other norms of x.")
	// Where the gradient of f + α(‖x‖² − 1) is zero, by hand.
	at := func(alpha float64) (x, y float64) { return 2 / (1 + 2*alpha), 4 / (4 + 2*alpha) }
	alpha := zeroOf(func(a float64) float64 { x, y := at(a); return math.Hypot(x, y) - 1 }, 0, 10)
	x1, x2 := at(alpha)
	want := page.Num(x1, x2)

	window := paths.Landscape{F: bowl, X: figure.Range{Min: -1.2, Max: 2.4}, Y: figure.Range{Min: -1.2, Max: 1.6}}
	walks, err := window.Panel("Two ways to the constrained minimum")
	if err != nil {
		return err
	}
	walks.Equal = true
	spiral, multiplier, err := saddlePath(1)
	if err != nil {
		return err
	}
	projected, err := projectedDescent(60)
	if err != nil {
		return err
	}
	for _, s := range []struct {
		name   string
		points [][]float64
	}{{"Lagrange function", spiral[:300]}, {"projected descent", projected}} {
		line := figure.Series{Name: s.name, Style: figure.Path}
		for _, x := range s.points {
			line.X, line.Y = append(line.X, x[0]), append(line.Y, x[1])
		}
		walks.Series = append(walks.Series, line)
	}
	walks.Series = append(walks.Series, colored(shape{radius: circle(1)}.outline("‖x‖ = 1"), 7))
	walks.Notes = []figure.Note{{X: 2, Y: 1, Text: "without constraint", Dot: true}}

	sizes := figure.Series{Name: "‖x‖"}
	for k := -8; k <= 8; k++ {
		lambda := math.Pow(10, float64(k)/4)
		x, err := decayed(p, lambda)
		if err != nil {
			return err
		}
		sizes.X, sizes.Y = append(sizes.X, lambda), append(sizes.Y, paths.Norm(x))
	}
	p.Figure("ball", "A constraint and a penalty", figure.Figure{Panels: []figure.Panel{walks, {
		Title: "Weight decay", XLabel: "λ", YLabel: "‖x‖ at the minimum", LogX: true, Series: []figure.Series{sizes},
		Horizontal: []figure.Reference{{At: 1, Label: "the ball"}}, Vertical: []figure.Reference{{At: 2 * alpha, Label: "2α"}},
	}}})

	penalized, err := decayed(p, 2*alpha)
	if err != nil {
		return err
	}
	p.Check("x by the Lagrange function; expected: computed by hand", want, spiral[len(spiral)-1])
	p.Check("the multiplier α; expected: computed by hand", page.Num(alpha), page.Num(multiplier))
	p.Check("x by projected descent", want, projected[len(projected)-1])
	p.Check("x with weight decay 2α and no constraint", want, penalized)
	free, unused, err := saddlePath(3)
	if err != nil {
		return err
	}
	p.Check("x and α in the ball of radius 3, which contains the minimum", page.Num(2, 1, 0), append(page.Num(free[len(free)-1]...), unused))
	return nil
}

// projectedDescent is gradient descent with a projection after every step.
func projectedDescent(steps int) ([][]float64, error) {
	o, err := autograd.NewObjective(bowl, 2)
	if err != nil {
		return nil, err
	}
	x, g := []float64{0, 0}, make([]float64, 2)
	points := [][]float64{{0, 0}}
	for range steps {
		if _, err := o.Evaluate(x, g); err != nil {
			return nil, err
		}
		for i := range x {
			x[i] -= 0.2 * g[i]
		}
		if err := optimizers.ProjectL2(x, x, 1); err != nil {
			return nil, err
		}
		points = append(points, []float64{x[0], x[1]})
	}
	return points, nil
}

// decayed returns the end of descent with weight decay on bowl.
func decayed(p *page.Page, lambda float64) ([]float64, error) {
	path, err := paths.Descend(p.Ctx, bowl, []float64{0, 0}, 5000, optimizers.SGD{WeightDecay: lambda}, 1/(4+lambda))
	if err != nil {
		return nil, err
	}
	return paths.End(path), nil
}

// projection is [optimizers.ProjectL2] or [optimizers.ProjectL1].
type projection func(dst, x []float64, radius float64) error

func projections(p *page.Page) error {
	p.Say("A projection maps each point to the nearest point of the set. The projection onto the disc keeps the direction. The projection onto the diamond does not: many points go to a corner, where all but one coordinate are zero. This makes weights sparse.")
	var panels []figure.Panel
	for _, c := range []struct {
		title string
		p     float64
		onto  projection
	}{{"Disc, ‖x‖₂ ≤ 1", 2, optimizers.ProjectL2[float64]}, {"Diamond, ‖x‖₁ ≤ 1", 1, optimizers.ProjectL1[float64]}} {
		outline := shape{radius: ball(c.p)}.outline("border")
		panel := figure.Panel{Title: c.title, XLabel: "x₁", YLabel: "x₂", Equal: true}
		ways := figure.Series{Style: figure.Solid, Color: 7}
		within := figure.Series{Name: "inside, stays", Style: figure.Points, Color: 5}
		outside := figure.Series{Name: "outside", Style: figure.Points, Color: 7}
		nearest := figure.Series{Name: "its projection", Style: figure.Points, Color: 2}
		for _, x := range [][]float64{{0.2, 0.3}, {-0.4, -0.2}, {0.9, 1.3}, {1.7, 0.3}, {-1.3, 0.8}, {-0.5, -1.6}, {1.2, -0.9}, {-1.6, -0.7}} {
			y := make([]float64, 2)
			if err := c.onto(y, x, 1); err != nil {
				return err
			}
			if y[0] == x[0] && y[1] == x[1] {
				within.X, within.Y = append(within.X, x[0]), append(within.Y, x[1])
				continue
			}
			outside.X, outside.Y = append(outside.X, x[0]), append(outside.Y, x[1])
			nearest.X, nearest.Y = append(nearest.X, y[0]), append(nearest.Y, y[1])
			ways.X, ways.Y = append(ways.X, x[0], y[0], math.NaN()), append(ways.Y, x[1], y[1], math.NaN())
		}
		panel.Series = []figure.Series{colored(outline, 1), ways, within, outside, nearest}
		panels = append(panels, panel)
	}
	p.Figure("projections", "Projections onto a disc and a diamond", figure.Figure{Panels: panels})

	r := rng.New(1, "book", "11.2.projections")
	g, clipped := normals(r, 5), make([]float64, 5)
	if err := optimizers.ProjectL2(clipped, g, 1); err != nil {
		return err
	}
	byFormula := page.Numbers{}
	for _, v := range g {
		byFormula = append(byFormula, v*math.Min(1, 1/paths.Norm(g)))
	}
	p.Check("(11.2.13) for c = 1 and a vector g of five normal numbers (expected), and ProjectL2 (computed)", byFormula, clipped)
	if err := softThreshold(p, r); err != nil {
		return err
	}

	p.Say("Exercise 9: none of 10,000 pairs of points in five dimensions is further apart after the projection.")
	for _, c := range []struct {
		name string
		onto projection
	}{{"ℓ₂", optimizers.ProjectL2[float64]}, {"ℓ₁", optimizers.ProjectL1[float64]}} {
		worst := 0.0
		for range 10_000 {
			x, y := normals(r, 5), normals(r, 5)
			before := between(x, y)
			if err := c.onto(x, x, 1); err != nil {
				return err
			}
			if err := c.onto(y, y, 1); err != nil {
				return err
			}
			worst = max(worst, between(x, y)/before)
		}
		p.YesNo(fmt.Sprintf("the projection onto the %s ball never increases a distance", c.name), page.Num(1), page.Num(yes(worst <= 1+1e-12)))
	}
	return nil
}

// normals are normal numbers of standard deviation 2.
func normals(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 2 * r.NormFloat64()
	}
	return x
}

func between(x, y []float64) float64 {
	d := make([]float64, len(x))
	for i := range d {
		d[i] = x[i] - y[i]
	}
	return paths.Norm(d)
}
