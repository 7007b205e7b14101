package trainer

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/datasets"
	"descent/internal/describe"
	"descent/internal/rng"
	"descent/optimizers"
)

// ErrSchedule is wrapped by the error of a run that cannot resume because its
// schedule has different rates up to the checkpoint, such as a schedule that
// spreads over more epochs.
var ErrSchedule = errors.New("want the same rates up to the checkpoint")

// settings are the settings that the numbers of a run depend on, except for the
// schedule and the number of epochs, which may change when a run resumes.
type settings []setting

type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (r *run) settings(train, test datasets.Dataset) settings {
	t := r.t
	plateau := t.Plateau
	if plateau != nil {
		plateau = new(*plateau)
		plateau.From = nil
	}
	tested := "none"
	if test != nil {
		tested = fmt.Sprint(test.Len())
	}
	return settings{
		{"the training data", fmt.Sprintf("%d examples of shape %v", train.Len(), train.InputShape())},
		{"the number of test examples", tested},
		{"Rule", described(t.Rule)},
		{"Groups", described(t.Groups)},
		{"Clip", described(t.Clip)},
		{"BatchSize", fmt.Sprint(t.BatchSize)},
		{"DropLast", fmt.Sprint(t.DropLast)},
		{"Order", fmt.Sprint(t.Order)},
		{"Seed", fmt.Sprint(t.Seed)},
		{"Accumulate", fmt.Sprint(max(t.Accumulate, 1))},
		{"SAM", fmt.Sprint(t.SAM)},
		{"OnNotFinite", fmt.Sprint(t.OnNotFinite)},
		{"Metrics", fmt.Sprintf("%q", r.history.Metrics)},
		{"EvalEvery", fmt.Sprint(t.EvalEvery)},
		{"EvalEverySteps", fmt.Sprint(t.EvalEverySteps)},
		{"EarlyStopping", described(t.EarlyStopping)},
		{"Plateau", described(plateau)},
	}
}

// described describes a setting: by its type alone if it contains a function.
func described(v any) string {
	s, err := describe.Value(v)
	if err != nil {
		return fmt.Sprintf("%T", v)
	}
	return s
}

// resume puts the run and the model where the checkpoint was taken. An error
// leaves the model as it was.
func (r *run) resume(c *Checkpoint) error {
	p := &c.progress
	if err := r.accepts(p); err != nil {
		return err
	}
	t := tensors{c.tensors, make(map[string]bool, len(c.tensors))}
	memory, err := t.values("", r.memory.tensors)
	if err != nil {
		return err
	}
	var gradients, best [][]float32
	if p.Group > 0 {
		if gradients, err = t.values(gradientPrefix, r.params); err != nil {
			return err
		}
	}
	if p.History.Best != nil {
		if best, err = t.values(bestPrefix, r.memory.tensors); err != nil {
			return err
		}
	}
	state := optimizers.State[float32]{Step: p.Steps, Globals: p.Globals, Counts: p.Counts}
	for _, s := range r.optimizer.State().Slots {
		found, err := t.find(slotName(s.Param, s.Name))
		if err != nil {
			return err
		}
		state.Slots = append(state.Slots, optimizers.Slot[float32]{Param: s.Param, Name: s.Name, Shape: found.Shape, Values: found.Value})
	}
	if err := t.unused(); err != nil {
		return err
	}
	if err := r.optimizer.Restore(state); err != nil {
		return err
	}

	for i, v := range memory {
		m := r.memory.tensors[i]
		copy(m.Value, v)
		if m.Frozen != nil {
			if *m.Frozen = slices.Contains(p.Frozen, m.Name); *m.Frozen {
				clear(m.Grad)
			}
		}
	}
	if r.memory.model != nil {
		r.memory.model.SetCounter(p.Counter)
	}
	for i, g := range gradients {
		copy(r.group.params[i].Grad, g)
		r.group.weight = p.Group
	}
	if best != nil {
		r.early.best, r.early.since = new(*p.History.Best), p.Since
		r.early.saved.counter = p.BestCounter
		for _, v := range best {
			r.early.saved.values = append(r.early.saved.values, slices.Clone(v))
		}
	}
	r.proceed(c)
	return nil
}

// proceed puts the counts and figures of the run where they were.
func (r *run) proceed(c *Checkpoint) {
	p := &c.progress
	*r.history = *c.History()
	r.train.totals, r.pending, r.rates = p.Train.copy(), p.Pending, p.Rates
	r.scores, r.scored, r.clock = p.Scores, p.Scored, newStopwatch(p.Seconds)
	s := &r.state
	s.Epoch, s.Step, s.Loss, s.Rows, s.LearningRate = p.Epoch, p.Steps, p.Loss, p.Rows, p.LearningRate
	r.position = p.position
	if r.stopped = r.early != nil && r.early.since >= r.early.Patience; r.stopped {
		return
	}
	r.history.StoppedBy = ""
	if p.Cut { // the epoch continues
		r.Ended = false
	} else if r.Ended {
		r.position = position{}
	}
}

// accepts reports a checkpoint of another run.
func (r *run) accepts(p *progress) error {
	if len(p.Settings) != len(r.names) {
		return errors.New("the settings of the checkpoint are from another version")
	}
	for i, s := range r.names {
		if p.Settings[i] != s {
			return fmt.Errorf("%s = %s: want %s, as in the checkpoint", s.Name, s.Value, p.Settings[i].Value)
		}
	}
	switch {
	case p.Epoch > r.t.Epochs:
		return badSetting("Epochs", r.t.Epochs, fmt.Sprintf("%d or more, the epoch of the checkpoint", p.Epoch))
	case p.Steps > r.state.Steps:
		return fmt.Errorf("the checkpoint is at update %d: want %d or less, the updates of all epochs", p.Steps, r.state.Steps)
	case p.Batch > r.loader.Batches():
		return fmt.Errorf("the checkpoint is at batch %d: want %d or less, the batches of an epoch", p.Batch, r.loader.Batches())
	case !p.Train.fits(r.t.Metrics):
		return errors.New("the figures of the checkpoint belong to other metrics")
	case p.Group > 0 && r.group == nil, p.History.Best != nil && r.early == nil, (p.History.Plateau == nil) != (r.t.Plateau == nil):
		return errors.New("the checkpoint lacks data that its settings require")
	}
	if r.t.Plateau != nil {
		plateau := *r.t.Plateau
		plateau.From = p.History.Plateau
		if err := plateau.validate(r.t.Metrics); err != nil {
			return err
		}
	}
	for _, name := range p.Frozen {
		i := slices.IndexFunc(r.params, func(p optimizers.Param[float32]) bool { return p.Name == name })
		if i < 0 || r.params[i].Frozen == nil {
			return fmt.Errorf("parameter %q is frozen in the checkpoint: want one that can be frozen", name)
		}
	}
	rates := uint64(0)
	for i := range p.Steps {
		rates = rng.Mix(rates, math.Float64bits(r.t.Schedule.At(i)))
	}
	if rates != p.Rates {
		return fmt.Errorf("the schedule %s differs in the first %d updates from the checkpoint's, %s: %w", described(r.t.Schedule), p.Steps, p.Schedule, ErrSchedule)
	}
	return nil
}

// tensors are the tensors of a checkpoint, with the names of those found so far.
type tensors struct {
	all  []optimizers.Param[float32]
	used map[string]bool
}

func (t tensors) find(name string) (optimizers.Param[float32], error) {
	i := slices.IndexFunc(t.all, func(p optimizers.Param[float32]) bool { return p.Name == name })
	if i < 0 {
		return optimizers.Param[float32]{}, fmt.Errorf("tensor %q is missing from the checkpoint", name)
	}
	t.used[name] = true
	return t.all[i], nil
}

// values returns the values of tensors with the names and shapes of others.
func (t tensors) values(prefix string, like []optimizers.Param[float32]) ([][]float32, error) {
	all := make([][]float32, len(like))
	for i, l := range like {
		found, err := t.find(prefix + l.Name)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(found.Shape, l.Shape) || len(found.Value) != len(l.Value) {
			return nil, fmt.Errorf("tensor %q of the checkpoint has shape %v: want %v", found.Name, found.Shape, l.Shape)
		}
		for j, v := range found.Value {
			if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
				return nil, fmt.Errorf("tensor %q of the checkpoint: element %d = %v: %w", found.Name, j, v, optimizers.ErrNotFinite)
			}
		}
		all[i] = found.Value
	}
	return all, nil
}

// unused reports a tensor that nothing asked for.
func (t tensors) unused() error {
	for _, p := range t.all {
		if !t.used[p.Name] {
			return fmt.Errorf("tensor %q of the checkpoint does not belong to this run", p.Name)
		}
	}
	return nil
}
