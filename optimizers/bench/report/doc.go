// Package report makes of the results of package bench what people read: a text
// for the terminal, a table for other programs, and a page with figures.
//
// A report is a function of what the results hold. It depends on neither the
// order of the runs in their file nor the time, and with [Options.NoTimings] on
// nothing that was measured by a clock either: the results of a grid that was
// interrupted and resumed give the same bytes as those of one that was not.
//
// # What a diverged run counts as
//
// Runs that diverged are counted, not dropped. In means, intervals and tests the
// final and the best metric of such a run are those of a model that was not
// trained: the worst with which any scoring run of the workload began
// ([Workload.Failure]). What it had reached before does not count. A run that
// did not diverge but ended worse than that counts as ending there too, so that
// no diverged run is better than one that did not diverge, and no mean hangs
// on how far beyond all bounds a run happened to be seen last. A run without a
// single measurement counts as diverged.
//
// Of the time to the target a diverged run that reached it before keeps its time;
// else it is a miss, as is one that ended without reaching it.
//
// # What is tested
//
// The final metrics of two entries on one workload are compared seed by seed, by
// [stats.SignFlip], on the seeds that both have. The p-values of all pairs of a
// workload are adjusted together by [stats.Holm]; a pair that cannot be tested
// yet counts as p = 1. Entries are ranked by [stats.Ranks]: the rank of one is 1
// plus the number of those that are shown to be better. Tables are in the order of
// the means, which the ranks need not follow: of three with means in that order,
// the first can be shown to be better than the second alone, if the third varies
// more.
package report
