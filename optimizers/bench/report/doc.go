// Package report presents the results of package bench as text for the terminal,
// as CSV and JSON for other programs, and as an HTML page with figures.
//
// A report is a function of the results. It does not depend on the order of the
// runs in the file, on the current time or, with [Options.NoTimings], on any
// measured time. An interrupted and resumed grid then gives the same bytes as an
// uninterrupted one.
//
// # Diverged runs
//
// Diverged runs are counted, not dropped. The final metric of a diverged run is that
// of an untrained model: the worst initial metric of any scoring run of the workload
// ([Workload.Failure]), whatever the run reached before. A run that ended worse than
// that, without diverging, counts the same. Thus no diverged run beats another run, and
// no mean depends on how far a run got before it was stopped. A run without
// measurements counts as diverged, and a diverged run has missed the target.
//
// # Tests
//
// The unit of inference is the study ([Studies]): the score of an entry in a study is
// the mean final metric of its scoring runs. If nothing on a workload was tuned, the
// unit is the scoring run, and the verdicts are about the given settings ([Seeds]).
// [stats.MaxT] tests all pairs of a workload together, or with [Options.Against] the
// pairs with one entry, by the differences of their scores on common studies.
// [stats.MaxTIntervals] gives simultaneous intervals of these differences. Losses are
// compared by their ratios ([Workload.Ratios]). There are no ranks: an entry is the
// best, told apart from it, or not told apart from it. [Report.Advice] summarizes this
// over the workloads.
package report
