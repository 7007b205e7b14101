package trainer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"descent/internal/prefix"
	"descent/optimizers"
)

// Checkpoint is the complete state of a run at one moment. A trainer with equal
// settings and the checkpoint as Resume continues the run. It ends with the same bits
// and history, except for the seconds, as an uninterrupted run.
//
// A hook gets one from [State.Checkpoint], and package checkpoint keeps them in
// files. A checkpoint does not contain the data, the state of hooks, or any state
// other than parameters of a model that is not [Stateful].
type Checkpoint struct {
	tensors  []optimizers.Param[float32]
	progress progress
}

// progress is the part of a checkpoint that is not tensors.
type progress struct {
	Format   int      `json:"format"`
	Settings settings `json:"settings"`
	Schedule string   `json:"schedule"`
	Rates    uint64   `json:"rates"` // hash of those so far

	Epoch int `json:"epoch"`
	position
	Cut          bool    `json:"cut,omitempty"` // a stop ended the epoch before its last batch
	Loss         float64 `json:"loss"`          // of the last update
	Rows         int     `json:"rows"`
	LearningRate float64 `json:"learning_rate"`
	Seconds      float64 `json:"seconds"` // of the epoch

	Counter int64               `json:"counter"` // of a Stateful model
	Frozen  []string            `json:"frozen,omitempty"`
	Steps   int                 `json:"steps"` // of the optimizer
	Globals []optimizers.Global `json:"globals,omitempty"`
	Counts  []optimizers.Count  `json:"counts,omitempty"`

	Train   totals  `json:"train"`
	Pending pending `json:"pending"`
	Group   float64 `json:"group,omitempty"` // weight of the gradients in hand

	History     History `json:"history"`
	Since       int     `json:"since,omitempty"` // evaluations since the best
	BestCounter int64   `json:"best_counter,omitempty"`
	Scores      Scores  `json:"scores"`
	Scored      int     `json:"scored"`
}

// format is the version of a checkpoint's contents.
const format = 1

// The names of a checkpoint's tensors begin with one of these, except for the
// parameters and states of the model.
const (
	slotPrefix     = "optimizer/" // optimizer/<parameter>/<slot>
	gradientPrefix = "gradient/"  // means of the batches since the last update
	bestPrefix     = "best/"      // of early stopping
)

// Checkpoint returns a copy of the complete state of the run. Hooks may call it at
// FitStart, EpochStart, StepEnd and EpochEnd, and at FitEnd if the run ended with an
// error between two batches, such as that of a context. When a run resumes from the
// checkpoint, hooks of the event that come later in the trainer's list are not called
// again, so a hook that calls Checkpoint should come last. A parameter or state that
// is NaN or infinite is an error, which wraps [optimizers.ErrNotFinite].
func (s *State) Checkpoint() (*Checkpoint, error) {
	r := s.run
	switch {
	case r == nil:
		return nil, errors.New("trainer: Checkpoint: the State belongs to no run")
	case r.done:
		return nil, errors.New("trainer: Checkpoint: the run has ended: want a call at EpochEnd or earlier")
	case r.torn:
		return nil, fmt.Errorf("trainer: Checkpoint: the run ended within step %d: want a run that ended between two batches", s.Step+1)
	}
	if r.optimizer.Swapped() {
		r.optimizer.Swap()
		defer r.optimizer.Swap()
	}
	if err := finiteValues(r.memory.tensors); err != nil {
		return nil, prefix.Error("trainer", err, "Checkpoint", fmt.Sprintf("after step %d", s.Step))
	}
	state := r.optimizer.State()
	c := &Checkpoint{progress: progress{
		Format: format, Settings: r.names, Schedule: described(r.t.Schedule), Rates: r.rates,
		Epoch: s.Epoch, position: r.position, Cut: r.Ended && r.Batch < r.loader.Batches() && (r.early == nil || r.early.since < r.early.Patience), Loss: s.Loss, Rows: s.Rows, LearningRate: s.LearningRate, Seconds: r.clock.total.Seconds(),
		Steps: state.Step, Globals: state.Globals, Counts: state.Counts,
		Train: r.train.copy(), Pending: r.pending,
		History: r.history.clone(), Scores: r.scores, Scored: r.scored,
	}}
	p := &c.progress
	if r.Begun && !r.Ended && len(p.History.Epochs) >= s.Epoch { // the evaluation of the last one was interrupted
		p.History.Epochs = p.History.Epochs[:s.Epoch-1]
	}
	if r.memory.model != nil {
		p.Counter = r.memory.model.Counter()
	}
	for _, t := range r.memory.tensors {
		c.add("", t.Name, t.Shape, t.Value)
		if t.Frozen != nil && *t.Frozen {
			p.Frozen = append(p.Frozen, t.Name)
		}
	}
	for _, slot := range state.Slots {
		c.tensors = append(c.tensors, optimizers.Param[float32]{Name: slotName(slot.Param, slot.Name), Shape: slot.Shape, Value: slot.Values})
	}
	if r.group != nil && r.group.weight > 0 {
		p.Group = r.group.weight
		for _, g := range r.group.params {
			c.add(gradientPrefix, g.Name, g.Shape, g.Grad)
		}
	}
	if r.early != nil && r.early.best != nil {
		p.History.Best, p.Since, p.BestCounter = new(*r.early.best), r.early.since, r.early.saved.counter
		for i, t := range r.memory.tensors {
			c.add(bestPrefix, t.Name, t.Shape, r.early.saved.values[i])
		}
	}
	return c, nil
}

func (c *Checkpoint) add(prefix, name string, shape []int, values []float32) {
	c.tensors = append(c.tensors, optimizers.Param[float32]{Name: prefix + name, Shape: slices.Clone(shape), Value: slices.Clone(values)})
}

func slotName(param, slot string) string { return slotPrefix + param + "/" + slot }

// Epoch returns the epoch that the run is in, from 1, or 0 before the first.
func (c *Checkpoint) Epoch() int { return c.progress.Epoch }

// Step returns the number of updates whose StepEnd is over. It is one less than the
// number of updates done if the evaluation after the last one was interrupted.
func (c *Checkpoint) Step() int {
	if c.progress.Updated {
		return c.progress.Steps - 1
	}
	return c.progress.Steps
}

// History returns the history with which a run resumes from the checkpoint.
func (c *Checkpoint) History() *History {
	h := c.progress.History.clone()
	if h.Best = nil; c.progress.Cut {
		h.Epochs = h.Epochs[:len(h.Epochs)-1]
	}
	return &h
}

// Encode returns the checkpoint as named tensors and a JSON text. The tensors are the
// parameters, at the point of training, and the states of the model under their
// own names, the rule's slots as "optimizer/<parameter>/<slot>", the accumulated
// gradient as "gradient/<parameter>", and the best model of early stopping as
// "best/<name>". They belong to the checkpoint.
func (c *Checkpoint) Encode() (tensors []optimizers.Param[float32], text []byte, err error) {
	text, err = json.Marshal(c.progress)
	if err != nil {
		return nil, nil, fmt.Errorf("trainer: Checkpoint: %w", err)
	}
	return c.tensors, text, nil
}

// DecodeCheckpoint returns the checkpoint that [Checkpoint.Encode] encoded.
// Whether it fits a run is checked when the run resumes.
func DecodeCheckpoint(tensors []optimizers.Param[float32], text []byte) (*Checkpoint, error) {
	c := &Checkpoint{tensors: tensors}
	var version struct{ Format int }
	err := json.Unmarshal(text, &version)
	if err == nil && version.Format != format {
		err = fmt.Errorf("format = %d: want %d", version.Format, format)
	}
	if err == nil {
		err = json.Unmarshal(text, &c.progress)
	}
	if err == nil {
		err = c.progress.check()
	}
	if err != nil {
		return nil, fmt.Errorf("trainer: checkpoint: %w", err)
	}
	return c, nil
}

// check reports numbers that no run has.
func (p *progress) check() error {
	for _, n := range []struct {
		name  string
		value int
	}{
		{"epoch", p.Epoch},
		{"batch", p.Batch},
		{"rows", p.Rows},
		{"steps", p.Steps},
		{"train.rows", p.Train.Rows},
		{"pending.rows", p.Pending.Rows},
		{"since", p.Since},
		{"history.steps", p.History.Steps},
		{"history.skipped", p.History.Skipped},
		{"scored", p.Scored + 1},
	} {
		if n.value < 0 {
			return fmt.Errorf("%s = %d: want 0 or more", n.name, n.value)
		}
	}
	switch {
	case p.Steps != p.History.Steps:
		return fmt.Errorf("steps = %d: want %d, as in the history", p.Steps, p.History.Steps)
	case p.Ended && len(p.History.Epochs) == 0:
		return errors.New("the epoch has ended: want its record")
	case p.Cut && !p.Ended:
		return errors.New("cut: want an epoch that has ended")
	case p.Epoch == 0 && p.position != (position{}):
		return errors.New("epoch = 0: want no batches")
	}
	return nil
}
