// Package report presents the results of package bench as text for the terminal,
// as CSV and JSON for other programs, and as an HTML page with figures.
//
// A report is a function of the results. It does not depend on the order of the
// runs in the file or on the current time and, with [Options.NoTimings], on no
// measured time: an interrupted and resumed grid then gives the same bytes as an
// uninterrupted one.
//
// # Diverged runs
//
// Diverged runs are counted, not dropped. In means, intervals and tests, the final
// and best metrics of a diverged run are those of an untrained model: the worst
// initial metric of any scoring run of the workload ([Workload.Failure]),
// whatever the run reached before. A run that ended worse than that, without
// diverging, counts the same. So no diverged run beats another run, and no mean
// depends on how far a run got before it was stopped. A run without
// measurements counts as diverged.
//
// A diverged run that reached the target before keeps its time to the target.
// Any other run that did not reach it is a miss.
//
// # Tests
//
// [stats.SignFlip] compares the final metrics of two entries on a workload, seed
// by seed, on the seeds that both have. [stats.Holm] adjusts the p-values of all
// pairs of a workload together; a pair that cannot be tested yet has p = 1.
// [stats.Ranks] ranks the entries: the rank is 1 plus the number of significantly
// better entries. Tables are in the order of the means. Ranks may not follow it:
// the best of three entries can be significantly better than the second but not
// than the third, if the third varies more.
package report
