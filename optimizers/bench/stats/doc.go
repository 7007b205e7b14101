// Package stats holds the statistics of the benchmark: what was measured, how
// sure one can be of it, and what so few runs could have shown at all.
//
// Every function is a pure function of its arguments. What resamples takes a
// seed, and equal arguments give equal results. Slices are read, never
// changed or kept. A value that a function cannot take is an error, never
// skipped; where a run may miss its target, +Inf says so, and the result
// counts the misses.
package stats
