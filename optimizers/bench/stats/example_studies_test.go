package stats_test

import (
	"fmt"
	"log"
	"math"

	"descent/optimizers/bench/stats"
)

// Four entries in eight studies with common initial weights and batches: all six pairs,
// with simultaneous intervals.
func ExampleMaxT() {
	entries := []string{"sgd", "adam", "lion", "yogi"}
	scores := [][]float64{
		{0.372, 0.365, 0.381, 0.369, 0.377, 0.366, 0.374, 0.370},
		{0.361, 0.359, 0.370, 0.360, 0.371, 0.352, 0.369, 0.362},
		{0.370, 0.358, 0.384, 0.363, 0.371, 0.368, 0.379, 0.361},
		{0.363, 0.357, 0.373, 0.359, 0.370, 0.355, 0.367, 0.364},
	}
	var pairs []string
	var differences [][]float64
	for a := range entries {
		for b := a + 1; b < len(entries); b++ {
			d := make([]float64, len(scores[a]))
			for i := range d {
				d[i] = scores[a][i] - scores[b][i]
			}
			differences = append(differences, d)
			pairs = append(pairs, entries[a]+" − "+entries[b])
		}
	}
	family, err := stats.MaxT(differences, stats.Resamples, 1)
	if err != nil {
		log.Fatal(err)
	}
	intervals, err := stats.MaxTIntervals(differences, 0.95, stats.Resamples, 1)
	if err != nil {
		log.Fatal(err)
	}
	for j, c := range family.Comparisons {
		i := intervals[j]
		fmt.Printf("%s: %.4f in [%.4f, %.4f], p = %.3f, alone %.3f\n", pairs[j], c.Mean, i.Low, i.High, c.Adjusted, c.P)
	}
	// Output:
	// sgd − adam: 0.0088 in [0.0045, 0.0130], p = 0.008, alone 0.008
	// sgd − lion: 0.0025 in [-0.0047, 0.0097], p = 0.445, alone 0.234
	// sgd − yogi: 0.0083 in [0.0060, 0.0105], p = 0.008, alone 0.008
	// adam − lion: -0.0063 in [-0.0156, 0.0031], p = 0.164, alone 0.062
	// adam − yogi: -0.0005 in [-0.0035, 0.0025], p = 0.633, alone 0.633
	// lion − yogi: 0.0058 in [-0.0023, 0.0138], p = 0.117, alone 0.039
}

// The area of the profile of an optimizer, with an interval over six studies of the
// epochs that two optimizers take.
func ExampleBootstrapStudies() {
	adam, sgd := []float64{4, 6, 9, 5, 7, 6}, []float64{8, 5, math.Inf(1), 9, 6, 8}
	area := func(studies []int) float64 {
		times := make([][]float64, 2)
		for _, i := range studies {
			times[0], times[1] = append(times[0], adam[i]), append(times[1], sgd[i])
		}
		p, err := stats.Profile(times)
		if err != nil {
			log.Fatal(err)
		}
		area, err := p.Area(1, 4)
		if err != nil {
			log.Fatal(err)
		}
		return area
	}
	i, err := stats.BootstrapStudies(len(sgd), 0.95, 1000, 1, area)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sgd: area %.3f in [%.3f, %.3f]\n", area([]int{0, 1, 2, 3, 4, 5}), i.Low, i.High)
	// Output:
	// sgd: area 0.715 in [0.264, 0.981]
}
