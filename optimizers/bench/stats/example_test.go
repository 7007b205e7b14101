package stats_test

import (
	"fmt"
	"log"
	"math"

	"descent/optimizers/bench/stats"
)

// Ten runs of two optimizers on common seeds: the mean, and whether the difference is
// more than noise.
func Example() {
	sgd := []float64{0.372, 0.365, 0.381, 0.369, 0.377, 0.366, 0.374, 0.370, 0.379, 0.368}
	adam := []float64{0.361, 0.359, 0.370, 0.360, 0.371, 0.352, 0.369, 0.362, 0.366, 0.361}

	s, err := stats.Summarize(sgd)
	if err != nil {
		log.Fatal(err)
	}
	mean, err := stats.BootstrapMean(sgd, 0.95, stats.Resamples, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sgd: %.4f ± %.4f, mean in [%.4f, %.4f]\n", s.Mean, s.SD, mean.Low, mean.High)

	differences := make([]float64, len(sgd))
	for i := range sgd {
		differences[i] = sgd[i] - adam[i]
	}
	family, err := stats.MaxT([][]float64{differences}, stats.Resamples, 1)
	if err != nil {
		log.Fatal(err)
	}
	test := family.Comparisons[0]
	fmt.Printf("sgd − adam: %.4f, p = %.5f\n", test.Mean, test.P)
	// Output:
	// sgd: 0.3721 ± 0.0055, mean in [0.3685, 0.3763]
	// sgd − adam: 0.0090, p = 0.00195
}

// The average result of a search of one to four trials, when one of four diverged.
func ExampleExpectedBest() {
	best, err := stats.ExpectedBest([]float64{0.50, 0.25, math.NaN(), 0.75}, stats.Minimize, 2.5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", best)
	// Output: [1.00 0.42 0.31 0.25]
}

// Epochs to a target: two of six runs did not reach it within ten epochs.
func ExampleKaplanMeier() {
	epochs := []float64{4, 10, 6, 4, 10, 8}
	missed := []bool{false, true, false, false, true, false}
	s, err := stats.KaplanMeier(epochs, missed)
	if err != nil {
		log.Fatal(err)
	}
	for i, t := range s.Times {
		fmt.Printf("after %v: %.3f are not there\n", t, s.Survival[i])
	}
	median, ok := s.Median()
	fmt.Printf("median %v %v, share %.3f\n", median, ok, s.Share())
	// Output:
	// after 4: 0.667 are not there
	// after 6: 0.500 are not there
	// after 8: 0.333 are not there
	// median 6 true, share 0.667
}

// Epochs of two optimizers to the targets of three workloads. The second optimizer
// missed one.
func ExampleProfile() {
	adam, sgd := []float64{4, 6, 9}, []float64{8, 5, math.Inf(1)}
	p, err := stats.Profile([][]float64{adam, sgd})
	if err != nil {
		log.Fatal(err)
	}
	for solver, name := range []string{"adam", "sgd"} {
		area, err := p.Area(solver, 4)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: best or as good %.2f, within twice the best %.2f, area %.3f\n", name, p.At(solver, 1), p.At(solver, 2), area)
	}
	// Output:
	// adam: best or as good 0.67, within twice the best 1.00, area 0.978
	// sgd: best or as good 0.33, within twice the best 0.67, area 0.556
}

// Adam needs √(0.5·1.2) times the epochs of SGD on the workloads that both solved.
func ExampleGeometricMeanRatio() {
	adam, sgd := []float64{4, 6, 9}, []float64{8, 5, math.Inf(1)}
	r, err := stats.GeometricMeanRatio(adam, sgd)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f on %d, %d that only adam solved\n", r.Mean, r.Both, r.OnlyFirst)
	// Output: 0.775 on 2, 1 that only adam solved
}
