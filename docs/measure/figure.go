package main

import (
	"fmt"
	"math"
	"strconv"

	"descent/internal/figure"
)

// draw draws how the cost of a training step grows.
func draw(all results, path string) error {
	auto := []string{"Step", "skip-zeros=auto"}
	return figure.Write(path,
		figure.Panel{
			Title: "By batch size", XLabel: "log₂ of the batch size", YLabel: "1,000 images per second",
			Series: all.series("batch", append(auto, "width=1"), func(batch float64, r result) (x, y float64) {
				return math.Log2(batch), r.metrics["images/s"] / 1e3
			}),
		},
		figure.Panel{
			Title: "By network width", XLabel: "million multiply-adds per image", YLabel: "microseconds per image",
			Series: all.series("width", append(auto, "batch=256"), func(width float64, r result) (x, y float64) {
				return float64(products(width)) / 1e6, 1e6 / r.metrics["images/s"]
			}),
		},
		figure.Panel{
			Title: "By threads, for several batch sizes", XLabel: "threads", YLabel: "speed-up over one thread, AVX-512",
			Series: all.scaling(append(auto, "width=1", "isa=avx512")),
		},
		figure.Panel{
			Title: "Percentage of the peak, without skipping zeros", XLabel: "width relative to LeNet", YLabel: "% of the peak multiply-adds",
			Series: all.series("width", []string{"Step", "skip-zeros=never", "batch=256"}, func(width float64, r result) (x, y float64) {
				return width, r.metrics["%peak"]
			}),
		})
}

// points calls f for each value of a key, with the benchmark that has this value
// and the given words and keys.
func (all results) points(key string, what []string, f func(value float64, r result)) {
	for _, v := range all.values(key, what...) {
		x, err := strconv.ParseFloat(v, 64)
		if r, ok := all.find(append(what[:len(what):len(what)], key+"="+v)...); ok && err == nil {
			f(x, r)
		}
	}
}

// series returns a curve over the values of a key for each instruction set and
// number of threads.
func (all results) series(key string, what []string, point func(value float64, r result) (x, y float64)) []figure.Series {
	var curves []figure.Series
	for _, isa := range isas {
		for threads := 1; threads <= 2; threads++ {
			s := figure.Series{Name: fmt.Sprintf("%s, %d thread", isa.name, threads)}
			if threads > 1 {
				s.Name += "s"
			}
			all.points(key, append(what[:len(what):len(what)], "isa="+isa.flag, fmt.Sprint("threads=", threads)), func(value float64, r result) {
				x, y := point(value, r)
				s.X, s.Y = append(s.X, x), append(s.Y, y)
			})
			if len(s.X) > 0 {
				curves = append(curves, s)
			}
		}
	}
	return curves
}

// scaling returns the speed-up over one thread, for each batch size.
func (all results) scaling(what []string) []figure.Series {
	var curves []figure.Series
	for _, batch := range all.values("batch", what...) {
		s, one := figure.Series{Name: batch}, 0.0
		all.points("threads", append(what[:len(what):len(what)], "batch="+batch), func(threads float64, r result) {
			if threads == 1 {
				one = r.metrics["ns/op"]
			}
			s.X, s.Y = append(s.X, threads), append(s.Y, one/r.metrics["ns/op"])
		})
		curves = append(curves, s)
	}
	return curves
}

// products returns the multiply-adds per image of a training step of a LeNet with
// the given width, as the benchmark counts them.
func products(width float64) int {
	w := int(width)
	first := 28 * 28 * 25 * 6 * w
	others := 10*10*25*(6*w)*(16*w) + (25*16*w)*(120*w) + (120*w)*(84*w) + (84*w)*10
	return 2*first + 3*others
}
