package report

import "descent/internal/figure"

// Figures of a workload, before they are drawn.
func (w *Workload) Curves() figure.Figure       { return w.trainingCurves(false).Figure }
func (w *Workload) Scores() figure.Figure       { return w.scorePoints(false).Figure }
func (w *Workload) Rates() figure.Figure        { return w.rateSensitivity(false).Figure }
func (w *Workload) ExpectedBest() figure.Figure { return w.expectedBest(false).Figure }

// ProfilesFigure is that of all workloads.
func (r *Report) ProfilesFigure() figure.Figure { return r.profiles(false).Figure }
