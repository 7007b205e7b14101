// Package stats has the statistics of the benchmark: estimates, intervals and
// tests.
//
// A study is one repetition of everything done with an optimizer, including tuning, and
// is common to the entries of a benchmark. [MaxT] and [MaxTIntervals] compare entries
// over studies.
//
// Every function is a pure function of its arguments; functions that resample take
// a seed. Slices are not changed or retained. Invalid values are errors and are never
// skipped. If a run may miss its target, +Inf stands for a miss, and the result counts
// the misses.
package stats
