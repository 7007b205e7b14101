package report

import "descent/internal/figure"

// Script is the script of the page.
var Script = script

// Figures of a workload, before they are drawn.
func (w *Workload) Curves() figure.Figure       { return w.trainingCurves(false).Figure }
func (w *Workload) Scores() figure.Figure       { return w.scorePoints(false).Figure }
func (w *Workload) Rates() figure.Figure        { return w.rateSensitivity(false).Figure }
func (w *Workload) ExpectedBest() figure.Figure { return w.expectedBest(false).Figure }

func (w *Workload) Fields() figure.Figure { return w.fieldSensitivity(false).Figure }

// SwappedCurves has linear for logarithmic axes, and the reverse.
func (w *Workload) SwappedCurves() figure.Figure { return w.trainingCurves(true).Figure }

// TrialRows are the rows of the table of trials.
func (w *Workload) TrialRows() [][]string { return w.trials().Rows }

// ProfilesFigure is that of all workloads.
func (r *Report) ProfilesFigure() figure.Figure { return r.profiles(false).Figure }
