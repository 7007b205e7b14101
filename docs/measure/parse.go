package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// result is the best of several runs of a benchmark: the minimum time, and the
// maximum of the other metrics.
type result struct {
	words   []string          // of its name, without Benchmark
	keys    map[string]string // the words that are key=value
	metrics map[string]float64
}

type results []result

var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

var errNoBenchmark = errors.New("no benchmark ran")

// parse parses the output of go test -bench.
func parse(out string) (results, error) {
	var all results
	index := map[string]int{}
	for _, l := range strings.Split(out, "\n") {
		m := line.FindStringSubmatch(strings.TrimSpace(l))
		if m == nil {
			continue
		}
		i, known := index[m[1]]
		if !known {
			i, index[m[1]] = len(all), len(all)
			r := result{keys: map[string]string{}, metrics: map[string]float64{}}
			for _, word := range strings.Split(m[1], "/") {
				if key, value, ok := strings.Cut(word, "="); ok {
					r.keys[key] = value
				} else {
					r.words = append(r.words, word)
				}
			}
			all = append(all, r)
		}
		fields := strings.Fields(m[2])
		for j := 0; j+1 < len(fields); j += 2 {
			v, err := strconv.ParseFloat(fields[j], 64)
			if err != nil {
				return nil, fmt.Errorf("in %q: %w", l, err)
			}
			unit, metrics := fields[j+1], all[i].metrics
			if old, ok := metrics[unit]; !ok || (v < old) == (unit == "ns/op" || unit == "B/op" || unit == "allocs/op") {
				metrics[unit] = v
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w:\n%s", errNoBenchmark, out)
	}
	return all, nil
}

// find returns the first benchmark with the given words and keys. A key is
// written as key=value.
func (all results) find(what ...string) (result, bool) {
	for _, r := range all {
		if !slices.ContainsFunc(what, func(w string) bool { return !r.is(w) }) {
			return r, true
		}
	}
	return result{}, false
}

func (r result) is(what string) bool {
	if key, value, ok := strings.Cut(what, "="); ok {
		return r.keys[key] == value
	}
	return slices.Contains(r.words, what)
}

// metric returns the metric with a unit of the first benchmark with the given
// words and keys, and whether there is one.
func (all results) metric(unit string, what ...string) (float64, bool) {
	r, ok := all.find(what...)
	if !ok {
		return 0, false
	}
	v, ok := r.metrics[unit]
	return v, ok
}

// values returns the values of a key among the benchmarks with the given words and
// keys, in order of first appearance.
func (all results) values(key string, words ...string) []string {
	var values []string
	for _, r := range all {
		v, ok := r.keys[key]
		if ok && !slices.Contains(values, v) && !slices.ContainsFunc(words, func(w string) bool { return !r.is(w) }) {
			values = append(values, v)
		}
	}
	return values
}
