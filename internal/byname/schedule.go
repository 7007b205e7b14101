package byname

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/lrsched"
)

// scheduleNames are in the order in which the help shows them.
var scheduleNames = []string{
	"constant", "square-root", "inverse-time", "polynomial", "exponential", "step", "factor", "multi-factor",
	"linear", "poly", "cosine", "cosine-restarts", "one-cycle", "cyclic", "trapezoid", "noam",
}

// Schedules returns the names of the schedules.
func Schedules() []string { return slices.Clone(scheduleNames) }

// warm is a warmup before a schedule. Its fields are called "warmup",
// "warmup_begin" and "warmup_constant".
type warm struct {
	Warmup         int
	WarmupBegin    float64
	WarmupConstant bool
}

// Schedule returns the schedule called name for a run with the given number of
// updates, with fields assigned as by [Set]. The rate is the schedule's initial
// or peak rate; decaying schedules reach about a hundredth of it at the end of
// the run.
//
// Every schedule can have a warmup: "warmup=200", "warmup_begin=0.001",
// "warmup_constant=true". A schedule with a From field then starts after it.
func Schedule(name string, rate float64, updates int, assignments string) (lrsched.Schedule, error) {
	w, own, err := splitWarmup(assignments)
	if err != nil {
		return nil, err
	}
	s, err := schedule(name, rate, max(updates, 2), w.Warmup)
	if err != nil {
		return nil, err
	}
	if s, err = Set("schedule "+name, s, own); err != nil {
		return nil, err
	}
	if w != (warm{}) {
		s = lrsched.Warmup{Steps: w.Warmup, Begin: w.WarmupBegin, Constant: w.WarmupConstant, Then: s}
	}
	return s, nil
}

// splitWarmup separates the warmup's assignments from the others.
func splitWarmup(assignments string) (w warm, rest string, err error) {
	var ours, others []string
	for a := range strings.SplitSeq(assignments, ",") {
		name, _, _ := strings.Cut(a, "=")
		if slices.Contains(Fields(warm{}), name) {
			ours = append(ours, a)
		} else {
			others = append(others, a)
		}
	}
	w, err = Set("the warmup", warm{}, strings.Join(ours, ","))
	return w, strings.Join(others, ","), err
}

// ScheduleFields returns the names of a schedule's fields and its warmup's.
func ScheduleFields(name string) []string {
	s, err := schedule(name, 1, 100, 0)
	if err != nil {
		return nil
	}
	return append(Fields(s), Fields(warm{})...)
}

func schedule(name string, b float64, n, from int) (lrsched.Schedule, error) {
	final, to := b/100, max(n, from+1)
	switch name {
	case "constant":
		return lrsched.Constant(b), nil
	case "square-root":
		return lrsched.SquareRoot{Base: b}, nil
	case "inverse-time":
		return lrsched.InverseTime{Base: b, Decay: 99 / float64(n)}, nil
	case "polynomial":
		return lrsched.Polynomial{Base: b, Beta: .1, Alpha: .5}, nil
	case "exponential":
		return lrsched.Exponential{Base: b, Gamma: math.Pow(.01, 1/float64(n))}, nil
	case "step":
		return lrsched.Step{Base: b, Factor: .1, Every: max(n/3, 1)}, nil
	case "factor":
		return lrsched.Factor{Base: b, Factor: .1, Every: max(n/3, 1), Floor: final}, nil
	case "multi-factor":
		return lrsched.MultiFactor{Base: b, Factor: .1, Milestones: []int{n / 2, max(n*3/4, n/2+1)}}, nil
	case "linear":
		return lrsched.Linear{Base: b, Final: final, From: from, To: to}, nil
	case "poly":
		return lrsched.Poly{Base: b, Final: final, Power: 2, From: from, To: to}, nil
	case "cosine":
		return lrsched.Cosine{Base: b, Final: final, From: from, To: to}, nil
	case "cosine-restarts":
		return lrsched.CosineRestarts{Base: b, Final: final, First: max((to-from)/7, 1), Mult: 2, From: from}, nil
	case "one-cycle":
		return lrsched.DefaultOneCycle(b, max(n, 5)), nil
	case "cyclic":
		return lrsched.Cyclic{Base: final, Max: b, Up: max(n/8, 1)}, nil
	case "trapezoid":
		up, down := n/10, max(n/5, 1)
		return lrsched.Trapezoid{Base: b, Final: final, Up: up, Hold: max(n-1-up-down, 0), Down: down}, nil
	case "noam": // its peak is F/√(d·W)
		w := max(n/10, 1)
		return lrsched.Noam{Factor: b * math.Sqrt(512*float64(w)), Width: 512, Warmup: w}, nil
	}
	return nil, fmt.Errorf("%q: want one of %s", name, strings.Join(scheduleNames, ", "))
}
