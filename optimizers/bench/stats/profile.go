package stats

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/twosum"
)

// Profiles are the performance profiles of Dolan and Moré (2002).
type Profiles struct {
	Ratios   [][]float64 // [solver][problem]: time / best time of the problem; +Inf is a miss
	Unsolved int         // problems that no solver solved
}

// Profile compares solvers by times[solver][problem]. +Inf is a miss.
//
//	r_sp = t_sp / min over s' of t_s'p
//	ρ_s(τ) = #{p : r_sp ≤ τ} / #problems
//
// A problem that no solver solved counts in the denominator, as in AlgoPerf's
// scoring. The ratios depend on the set of solvers: with three or more solvers,
// removing one can change the order of the others (Gould and Scott, 2016).
func Profile(times [][]float64) (Profiles, error) {
	if len(times) == 0 || len(times[0]) == 0 {
		return Profiles{}, refuse("Profile", "times", times, "1 or more solvers and problems")
	}
	problems := len(times[0])
	for s, row := range times {
		if len(row) != problems {
			return Profiles{}, refuse("Profile", fmt.Sprintf("len(times[%d])", s), len(row), fmt.Sprintf("%d, the length of times[0]", problems))
		}
		for p, t := range row {
			if err := duration("Profile", fmt.Sprintf("times[%d][%d]", s, p), t); err != nil {
				return Profiles{}, err
			}
		}
	}
	profiles := Profiles{Ratios: make([][]float64, len(times))}
	for s := range times {
		profiles.Ratios[s] = make([]float64, problems)
	}
	for p := range problems {
		best := math.Inf(1)
		for _, row := range times {
			best = min(best, row[p])
		}
		if math.IsInf(best, 1) {
			profiles.Unsolved++
		}
		for s, row := range times {
			profiles.Ratios[s][p] = math.Inf(1)
			if !math.IsInf(row[p], 1) {
				profiles.Ratios[s][p] = row[p] / best
			}
		}
	}
	return profiles, nil
}

// At returns ρ_s(τ): the fraction of problems that the solver solved within τ times
// the best time. ρ_s(+Inf) also counts only solved problems. At returns NaN if there
// is no such solver.
func (p Profiles) At(solver int, tau float64) float64 {
	if solver < 0 || solver >= len(p.Ratios) {
		return math.NaN()
	}
	var within int
	for _, r := range p.Ratios[solver] {
		if r <= tau && !math.IsInf(r, 1) {
			within++
		}
	}
	return float64(within) / float64(len(p.Ratios[solver]))
}

// Steps returns the points at which ρ_s jumps, in ascending order, and its values
// from these points on. Before the first, ρ_s is 0. A solver that solved no problem
// has no steps.
func (p Profiles) Steps(solver int) (tau, rho []float64) {
	if solver < 0 || solver >= len(p.Ratios) {
		return nil, nil
	}
	sorted := slices.Sorted(slices.Values(p.Ratios[solver]))
	for i, r := range sorted {
		if math.IsInf(r, 1) {
			break
		}
		share := float64(i+1) / float64(len(sorted))
		if i > 0 && r == sorted[i-1] {
			rho[len(rho)-1] = share
			continue
		}
		tau, rho = append(tau, r), append(rho, share)
	}
	return tau, rho
}

// Area returns AlgoPerf's score (Dahl et al., 2023), the mean height of the profile:
//
//	1/(r_max−1) · ∫ ρ_s(τ) dτ from 1 to r_max = Σ max(0, r_max − r_sp) / (#problems·(r_max−1))
//
// It is in [0, 1], and 1 for a solver that is best on every problem. A ratio of
// r_max or more counts as a miss. AlgoPerf's r_max is 4. The integral is exact;
// AlgoPerf's program uses the trapezoidal rule with 100 points.
func (p Profiles) Area(solver int, rMax float64) (float64, error) {
	if !(rMax > 1) || math.IsInf(rMax, 1) {
		return 0, refuse("Profiles.Area", "rMax", rMax, "(1, ∞)")
	}
	var area twosum.Total
	for _, r := range p.Ratios[solver] {
		area.Add(max(0, rMax-r) / (rMax - 1))
	}
	return area.Value() / float64(len(p.Ratios[solver])), nil
}
