package notebook

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/optimize"
)

// corner is a point of a simplex and its value.
type corner struct {
	x []float64
	f float64
}

// simplex is the state of Nelder and Mead's method (1965) with the coefficients
// 1, 2, ½ and ½ and the order of evaluations of SciPy: n + 1 corners, the lowest
// first.
type simplex struct {
	value       func(x []float64) (float64, error)
	corners     []corner
	evaluations int
}

// try evaluates the point that lies t times the way from the middle of all
// corners but the highest, away from it: t = 1 is the reflection, 2 the
// expansion, ½ and −½ the contractions.
func (s *simplex) try(t float64) (corner, error) {
	n := len(s.corners) - 1
	x := make([]float64, n)
	for i := range x {
		for _, c := range s.corners[:n] {
			x[i] += c.x[i]
		}
		// Conversions keep a processor from rounding two operations at once.
		x[i] = float64((1+t)*(x[i]/float64(n))) - float64(t*s.corners[n].x[i])
	}
	return s.at(x)
}

func (s *simplex) at(x []float64) (corner, error) {
	s.evaluations++
	f, err := s.value(x)
	return corner{x, f}, err
}

// step is one iteration.
func (s *simplex) step() error {
	n := len(s.corners) - 1
	lowest, high, highest := s.corners[0].f, s.corners[n-1].f, s.corners[n].f
	next, err := s.try(1)
	if err != nil {
		return err
	}
	shrink := false
	switch reflected := next.f; {
	case reflected < lowest:
		far, err := s.try(2)
		if err != nil {
			return err
		}
		if far.f < reflected {
			next = far
		}
	case reflected < high:
	case reflected < highest:
		if next, err = s.try(0.5); err != nil {
			return err
		}
		shrink = next.f > reflected
	default:
		if next, err = s.try(-0.5); err != nil {
			return err
		}
		shrink = next.f >= highest
	}
	if !shrink {
		s.corners[n] = next
		s.sort()
		return nil
	}
	return s.shrink()
}

// shrink moves all corners halfway to the lowest.
func (s *simplex) shrink() error {
	low := s.corners[0].x
	for j := 1; j < len(s.corners); j++ {
		x := make([]float64, len(low))
		for i := range x {
			x[i] = low[i] + float64(0.5*(s.corners[j].x[i]-low[i]))
		}
		c, err := s.at(x)
		if err != nil {
			return err
		}
		s.corners[j] = c
	}
	s.sort()
	return nil
}

func (s *simplex) sort() {
	slices.SortStableFunc(s.corners, func(a, b corner) int {
		switch {
		case a.f < b.f:
			return -1
		case a.f > b.f:
			return 1
		}
		return 0
	})
}

// small reports whether SciPy would stop here: no coordinate and no value is more
// than 1e-4 away from that of the lowest corner.
func (s *simplex) small() bool {
	far := 0.0
	for _, c := range s.corners[1:] {
		far = max(far, c.f-s.corners[0].f)
		for i := range c.x {
			far = max(far, math.Abs(c.x[i]-s.corners[0].x[i]))
		}
	}
	return far <= 1e-4
}

// scipyTriangle is the start, and the start with each coordinate 5 % larger.
func scipyTriangle(start []float64) [][]float64 {
	points := [][]float64{slices.Clone(start)}
	for i := range start {
		x := slices.Clone(start)
		x[i] *= 1.05
		points = append(points, x)
	}
	return points
}

// ownNelderMead runs until the simplex is small, and returns the lowest corner
// of each iteration.
func ownNelderMead(o *autograd.Objective, start []float64) (*simplex, minimize.Path, error) {
	s := &simplex{value: func(x []float64) (float64, error) { return o.Evaluate(x, nil) }}
	var path minimize.Path
	for _, x := range scipyTriangle(start) {
		c, err := s.at(x)
		if err != nil {
			return nil, path, err
		}
		s.corners = append(s.corners, c)
	}
	s.sort()
	for path.Points = [][]float64{start}; ; {
		path.Values = append(path.Values, s.corners[0].f)
		if s.small() {
			return s, path, nil
		}
		if err := s.step(); err != nil {
			return nil, path, err
		}
		path.Points = append(path.Points, s.corners[0].x)
	}
}

func notebookNelderMead(p *page.Page) error {
	p.Say("Nelder–Mead moves a triangle using only values: it reflects the highest corner across the other two, or moves it closer to them. With SciPy's initial triangle (the start, and each coordinate increased by 5 %%) and coefficients, our implementation in about 100 lines agrees with SciPy's to the last digit, as it rounds in the same order. Gonum's agrees up to rounding. From its own initial triangle, gonum's takes another path.")
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return err
	}
	own, path, err := ownNelderMead(o, rosenbrockStart)
	if err != nil {
		return err
	}
	iterations := len(path.Points) // SciPy starts counting at 1
	p.Exact("ours: iterations and evaluations with SciPy's stopping rule", page.Num(85, 162), page.Num(float64(iterations), float64(own.evaluations)))
	p.Exact("f", page.Num(5.262756878429089e-10), page.Num(own.corners[0].f))
	for i, printed := range []page.Numbers{{0.99998846, 0.99997494}, {0.99994401, 0.99989075}, {1.0000023, 1.0000149}} {
		p.Rounded(8, fmt.Sprintf("ours: final triangle, corner %d: x", i+1), printed, own.corners[i].x)
		p.ExactTo(5e-9, fmt.Sprintf("ours: final triangle, corner %d: f, printed with nine digits", i+1), page.Num(5.26275688e-10, 3.87529507e-09, 1.06085894e-08)[i:i+1], page.Num(own.corners[i].f))
	}
	return gonumNelderMead(p, o, path)
}

// gonumNelderMead shows gonum's beside our own, by SciPy's triangle and its own.
func gonumNelderMead(p *page.Page, o *autograd.Objective, own minimize.Path) error {
	scipy := &optimize.NelderMead{
		InitialVertices: scipyTriangle(rosenbrockStart),
		Reflection:      1, Expansion: 2, Contraction: 0.5, Shrink: 0.5,
	}
	for _, x := range scipy.InitialVertices {
		v, err := o.Evaluate(x, nil)
		if err != nil {
			return err
		}
		scipy.InitialValues = append(scipy.InitialValues, v)
	}
	const iterations = 85
	path, stats, err := byGonum(scipy, optimize.Settings{MajorIterations: iterations + 1, Converger: optimize.NeverTerminate{}}) // the start counts
	if err != nil {
		return err
	}
	free, freeStats, err := byGonum(&optimize.NelderMead{}, optimize.Settings{})
	if err != nil {
		return err
	}
	if err := rosenbrockFigure(p, "Nelder–Mead", paths.Labeled{Name: "ours, from SciPy's triangle", Path: own}, paths.Labeled{Name: "gonum's, from its own", Path: free}); err != nil {
		return err
	}
	// Gonum evaluates the start once more than the triangle requires.
	p.Check("gonum's from SciPy's triangle: evaluations when SciPy stops", page.Num(162), page.Num(float64(stats.FuncEvaluations-1+len(scipy.InitialVertices))))
	p.Rounded(8, "gonum's from SciPy's triangle: x", page.Num(0.99998846, 0.99997494), paths.End(path))
	p.Info("iterations, evaluations and f: SciPy's (printed), and gonum's with its own triangle and stopping rule (ours)", page.Num(85, 162, 5.262756878429089e-10),
		page.Num(float64(len(free.Points)-1), float64(freeStats.FuncEvaluations), free.Values[len(free.Values)-1]), "gonum stops when f has not changed for 100 iterations.")
	return nil
}
