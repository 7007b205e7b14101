package dive

import (
	"math"
	"math/rand/v2"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
)

// set is a set of points of the plane.
type set func(x, y float64) bool

// shape is the set around a center whose extent in each direction is given by
// radius.
type shape struct {
	x, y   float64
	radius func(angle float64) float64
}

func (s shape) has(x, y float64) bool {
	return math.Hypot(x-s.x, y-s.y) <= s.radius(math.Atan2(y-s.y, x-s.x))
}

// outline is the border of the shape.
func (s shape) outline(name string) figure.Series {
	line := figure.Series{Name: name, Style: figure.Solid}
	for _, angle := range paths.Linspace(0, 2*math.Pi, 201) {
		sin, cos := math.Sincos(angle)
		r := s.radius(angle)
		line.X, line.Y = append(line.X, s.x+r*cos), append(line.Y, s.y+r*sin)
	}
	return line
}

// ball is the unit ball of a p-norm.
func ball(p float64) func(angle float64) float64 {
	return func(angle float64) float64 {
		sin, cos := math.Sincos(angle)
		sin, cos = math.Abs(sin), math.Abs(cos)
		if math.IsInf(p, 1) {
			return 1 / math.Max(sin, cos)
		}
		return math.Pow(math.Pow(sin, p)+math.Pow(cos, p), -1/p)
	}
}

func circle(radius float64) func(float64) float64 { return func(float64) float64 { return radius } }

// inside reports whether the segment from a to b is in the set, by 99 points
// between its ends.
func (s set) inside(a, b [2]float64) bool {
	for i := 1; i < 100; i++ {
		t := float64(i) / 100
		if !s((1-t)*a[0]+t*b[0], (1-t)*a[1]+t*b[1]) {
			return false
		}
	}
	return true
}

// convex reports whether 2,000 random segments between points of the set are in
// it. The points are drawn from the square [−side, side]².
func (s set) convex(r *rand.Rand, side float64) bool {
	point := func() (p [2]float64) {
		for {
			p[0], p[1] = side*(2*r.Float64()-1), side*(2*r.Float64()-1)
			if s(p[0], p[1]) {
				return p
			}
		}
	}
	for range 2000 {
		if !s.inside(point(), point()) {
			return false
		}
	}
	return true
}

// segment draws a segment with its ends.
func segment(a, b [2]float64) figure.Series {
	return figure.Series{Name: "segment", Style: figure.Marked, Color: 2, X: page.Num(a[0], b[0]), Y: page.Num(a[1], b[1])}
}

func convexSets(p *page.Page) error {
	p.Say("A set is convex if it contains the segment between any two of its points. The trefoil is not; the other two are. The intersection of two convex sets is convex; their union need not be.")
	p.Say("We test each set with 2,000 random segments.")
	trefoil := shape{radius: func(a float64) float64 { return 1 + 0.4*math.Cos(3*a) }}
	square, oval := shape{radius: ball(4)}, shape{radius: func(a float64) float64 {
		sin, cos := math.Sincos(a)
		return 1 / math.Hypot(cos, sin/0.6)
	}}
	var panels []figure.Panel
	var answers, drawn page.Numbers
	for i, c := range []struct {
		title string
		shape
		a, b [2]float64
	}{
		{"Nonconvex", trefoil, [2]float64{-0.8, 1}, [2]float64{-0.8, -1}},
		{"Convex", square, [2]float64{-0.8, 0.6}, [2]float64{0.8, -0.3}},
		{"Convex", oval, [2]float64{-0.8, 0.2}, [2]float64{0.6, -0.3}},
	} {
		outline := c.outline("border")
		outline.Color = 1
		panels = append(panels, figure.Panel{Title: c.title, XLabel: "x", YLabel: "y", Equal: true, Series: []figure.Series{outline, segment(c.a, c.b)}})
		drawn = append(drawn, yes(set(c.has).inside(c.a, c.b)))
		answers = append(answers, yes(set(c.has).convex(rng.New(uint64(i), "book", "11.2.sets"), 1.5)))
	}
	p.Figure("shapes", "Three shapes, the left one nonconvex", figure.Figure{Panels: panels, Columns: 3})
	p.YesNo("the three shapes contain the segment drawn", page.Num(0, 1, 1), drawn)
	p.YesNo("the three shapes are convex", page.Num(0, 1, 1), answers)

	x, y := shape{x: -0.5, radius: circle(1)}, shape{x: 0.5, radius: circle(1)}
	far, near := shape{x: 1.1, radius: circle(0.8)}, shape{x: -1.1, radius: circle(0.8)}
	both := set(func(a, b float64) bool { return x.has(a, b) && y.has(a, b) })
	disjoint := set(func(a, b float64) bool { return near.has(a, b) || far.has(a, b) })
	overlapping := set(func(a, b float64) bool { return x.has(a, b) || y.has(a, b) })
	nested := set(func(a, b float64) bool { return x.has(a, b) || shape{x: -0.5, radius: circle(0.5)}.has(a, b) })
	p.Figure("union", "Intersection and union", figure.Figure{Panels: []figure.Panel{
		{Title: "The intersection is convex", XLabel: "x", YLabel: "y", Equal: true, Series: []figure.Series{
			colored(x.outline("X"), 1), segment([2]float64{-0.3, 0.4}, [2]float64{0.2, -0.6}), colored(y.outline("Y"), 3),
		}},
		{Title: "The union is not", XLabel: "x", YLabel: "y", Equal: true, Series: []figure.Series{
			colored(near.outline("X"), 1), segment([2]float64{-1.2, 0.3}, [2]float64{1, -0.2}), colored(far.outline("Y"), 3),
		}},
	}})
	r := rng.New(9, "book", "11.2.sets")
	p.YesNo("the intersection and the union of two disjoint sets are convex", page.Num(1, 0), page.Num(yes(both.convex(r, 2)), yes(disjoint.convex(r, 2))))
	answers = page.Num(yes(overlapping.convex(r, 2)), yes(nested.convex(r, 2)))
	p.Erratum("unions of two overlapping discs, and of a disc and a smaller one in it, are convex (1) or not (0)", page.Num(0, 0), answers, answers[0] == 0 && answers[1] == 1,
		page.Slip{
			Place: "11.2, Summary", Quote: "Unions are not.",
			Right: "Unions need not be.",
			Why:   "The union of a disc and a smaller one in it is a disc. The main text has it right.",
		})
	return nil
}

func colored(s figure.Series, color int) figure.Series {
	s.Color = color
	return s
}

// bumpy is the surface that the book's code draws, and printedBumpy the one
// that its text names.
func bumpy(x autograd.Var) autograd.Var {
	k := autograd.Const
	return x.Index(0).Square().Add(k(0.5).Mul(k(2 * math.Pi).Mul(x.Index(1)).Cos()))
}

func printedBumpy(x autograd.Var) autograd.Var {
	k := autograd.Const
	return k(0.5).Mul(x.Index(0).Square()).Add(k(2 * math.Pi).Mul(x.Index(1)).Cos())
}

func belowSets(p *page.Page) error {
	p.Say("The below-set of a function, where f ≤ b, is convex if the function is. The book's function, x² + ½·cos 2πy, is not convex, and its below-set at 0 has separate pieces: it contains (0, ±½), but not (0, 0) between them.")
	s, err := surfaceOf(bumpy, 1)
	if err != nil {
		return err
	}
	window := paths.Landscape{F: bumpy, X: figure.Range{Min: -1, Max: 1}, Y: figure.Range{Min: -1, Max: 1}, Levels: paths.Linspace(-0.4, 1.4, 10)}
	lines, err := window.Panel("Its level sets")
	if err != nil {
		return err
	}
	lines.XLabel, lines.YLabel = "x", "y"
	p.Figure("surface", "x² + ½·cos 2πy, the function of the book's code", figure.Figure{Panels: []figure.Panel{
		{Title: "The surface", XLabel: "x", YLabel: "y", Surface: s}, lines,
	}})

	o, err := autograd.NewObjective(bumpy, 2)
	if err != nil {
		return err
	}
	var failed error
	value := func(o *autograd.Objective, x, y float64) float64 {
		v, err := o.Evaluate([]float64{x, y}, nil)
		if err != nil {
			failed = err
		}
		return v
	}
	p.Check("f at (0, −½), (0, 0) and (0, ½)", page.Num(-0.5, 0.5, -0.5), page.Num(value(o, 0, -0.5), value(o, 0, 0), value(o, 0, 0.5)))
	bowl, err := autograd.NewObjective(func(x autograd.Var) autograd.Var { return x.Square().Sum().Exp() }, 2)
	if err != nil {
		return err
	}
	var answers page.Numbers
	for i, c := range []struct {
		*autograd.Objective
		level float64
	}{{bowl, 1.5}, {bowl, 3.5}, {o, 0}} {
		below := set(func(x, y float64) bool { return value(c.Objective, x, y) <= c.level })
		answers = append(answers, yes(below.convex(rng.New(uint64(i), "book", "11.2.below"), 1)))
	}
	if failed != nil {
		return failed
	}
	p.YesNo("below-sets of exp(x² + y²) at 1.5 and 3.5 and of the book's function at 0 are convex", page.Num(1, 1, 0), answers)

	printed, err := autograd.NewObjective(printedBumpy, 2)
	if err != nil {
		return err
	}
	a, b := value(printed, 0, 0.5), value(o, 0, 0.5)
	p.Erratum("minimum f(0, ½) of the function in the text (document) and of the function in the code (right)", page.Num(a), page.Num(b), failed == nil && a == -1 && b == -0.5,
		page.Slip{
			Place: "11.2, Convex Functions and Sets", Quote: "f(x, y) = 0.5x² + cos(2πy)",
			Right: "x² + 0.5·cos(2πy), as in the code",
			Why:   "The figure shows the function of the code.",
		})
	return nil
}
