package trainer

import "slices"

// History is the result of a run.
type History struct {
	Metrics []string `json:"metrics,omitempty"` // names, in the order of every Scores.Metrics
	Steps   int      `json:"steps"`             // updates done
	Skipped int      `json:"skipped,omitempty"` // batches left out, by OnNotFinite
	Epochs  []Record `json:"epochs"`            // one for each epoch that ended

	// Evaluations has one record for each evaluation that EvalEverySteps requested.
	// Its training figures are those of the epoch up to that step.
	Evaluations []Record `json:"evaluations,omitempty"`

	// Best is the best evaluation. Early stopping has restored its model if the run
	// ended without error. Nil without early stopping, or if nothing was evaluated.
	Best *Best `json:"best,omitempty"`

	Plateau *PlateauState `json:"plateau,omitempty"` // last state of the trainer's Plateau, to resume from; nil without one

	// StoppedBy is the name of the hook that returned [ErrStop], or "early
	// stopping". Empty if the run completed or failed.
	StoppedBy string `json:"stopped_by,omitempty"`
}

// Record is one line of a [History].
type Record struct {
	Epoch        int     `json:"epoch"`          // from 1
	Step         int     `json:"step"`           // updates done since the run began
	LearningRate float64 `json:"learning_rate"`  // of the last update
	Train        Scores  `json:"train"`          // over the rows trained on in this epoch
	Test         *Scores `json:"test,omitempty"` // nil if the test data was not evaluated

	// Seconds is the time spent training in this epoch, including loading but
	// excluding evaluation and hooks.
	Seconds           float64 `json:"seconds"`
	ExamplesPerSecond float64 `json:"examples_per_second"` // zero if no time was measured
}

// clone returns a history that stays as it is.
func (h *History) clone() History {
	c := *h
	c.Epochs, c.Evaluations = slices.Clone(h.Epochs), slices.Clone(h.Evaluations)
	if h.Plateau != nil {
		c.Plateau = new(*h.Plateau)
	}
	return c
}

// Last returns the record of the last epoch that ended, or nil.
func (h *History) Last() *Record {
	if len(h.Epochs) == 0 {
		return nil
	}
	return &h.Epochs[len(h.Epochs)-1]
}
