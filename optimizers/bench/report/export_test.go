package report

import "descent/internal/figure"

// Figures of a workload, before they are drawn.
func (w *Workload) Curves() figure.Figure       { return w.trainingCurves().Figure }
func (w *Workload) Scores() figure.Figure       { return w.scorePoints().Figure }
func (w *Workload) Rates() figure.Figure        { return w.rateSensitivity().Figure }
func (w *Workload) ExpectedBest() figure.Figure { return w.expectedBest().Figure }

// ProfilesFigure is that of all workloads.
func (r *Report) ProfilesFigure() figure.Figure { return r.profiles().Figure }
