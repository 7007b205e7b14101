package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"descent/internal/prefix"
	"descent/trainer"
)

// Keeper keeps checkpoints of a run in a directory. Dir must be set. If no
// interval is set, it keeps a checkpoint at the end of every epoch.
//
// It also keeps one when the run ends with an error between two batches, as it
// does when its context ends: on an interrupt, if that ends the context. A run that
// ends within a batch, because a number is not finite, leaves its last checkpoint.
type Keeper struct {
	Dir string // created if it does not exist

	// A checkpoint is written after every EverySteps updates, at the first update
	// once Every has elapsed, and at the end of every EveryEpochs epochs. Zero means
	// never.
	EverySteps  int
	Every       time.Duration
	EveryEpochs int

	// Keep is the number of newest checkpoints to keep. If zero, 2, so that one
	// remains if the newest is damaged.
	Keep int

	// Best, if not nil, says which evaluation is best. Its checkpoint is also kept in
	// best.safetensors.
	Best *Best

	// Before, if not nil, is called before a file is written, in the goroutine
	// that writes it. It can, for example, make sure that a log contains everything
	// that the checkpoint counts as done.
	Before func() error
}

// Best defines a better evaluation.
type Best struct {
	Metric   string // name of one of the trainer's metrics; if empty, the loss
	Maximize bool   // larger is better; if false, smaller
}

// Hook returns a hook that keeps the checkpoints of one run. It must be the
// trainer's last, since hooks after it are not called again when the run resumes.
//
// Files are written one at a time while training continues. A failure ends the run
// at the next event. FitEnd waits for the last file.
func (k Keeper) Hook() trainer.Hook {
	w := &writer{Keeper: k}
	return trainer.Hook{Name: "checkpoint", FitStart: w.start, StepEnd: w.stepEnd, EpochEnd: w.epochEnd, FitEnd: w.end}
}

// validate fills in the defaults.
func (k *Keeper) validate(metrics []string) error {
	switch {
	case k.Dir == "":
		return errors.New("checkpoint: Keeper: Dir is empty: want a directory")
	case k.EverySteps < 0:
		return fmt.Errorf("checkpoint: Keeper: EverySteps = %d: want 0 or more", k.EverySteps)
	case k.Every < 0:
		return fmt.Errorf("checkpoint: Keeper: Every = %v: want 0 or more", k.Every)
	case k.EveryEpochs < 0:
		return fmt.Errorf("checkpoint: Keeper: EveryEpochs = %d: want 0 or more", k.EveryEpochs)
	case k.Keep < 0:
		return fmt.Errorf("checkpoint: Keeper: Keep = %d: want 0 or more", k.Keep)
	}
	if k.EverySteps == 0 && k.Every == 0 && k.EveryEpochs == 0 {
		k.EveryEpochs = 1
	}
	if k.Keep == 0 {
		k.Keep = 2
	}
	if k.Best != nil {
		if _, err := k.Best.index(metrics); err != nil {
			return err
		}
	}
	return nil
}

// index returns the place of the metric, or −1 for the loss.
func (b *Best) index(metrics []string) (int, error) {
	if b.Metric == "" {
		return -1, nil
	}
	for i, m := range metrics {
		if m == b.Metric {
			return i, nil
		}
	}
	return 0, fmt.Errorf("checkpoint: Keeper: Best: Metric = %q: want empty, for the loss, or one of %q", b.Metric, metrics)
}

// writer is a keeper at work.
type writer struct {
	Keeper
	since   time.Time  // of the last checkpoint; zero before the run
	pending chan error // of the file being written; nil if none
}

func (w *writer) start(s *trainer.State) error {
	if err := w.validate(s.History.Metrics); err != nil {
		return err
	}
	if err := os.MkdirAll(w.Dir, 0o777); err != nil {
		return prefix.Error("checkpoint", err, "Keeper")
	}
	w.since = time.Now()
	return nil
}

func (w *writer) stepEnd(s *trainer.State) error {
	due := w.EverySteps > 0 && s.Step%w.EverySteps == 0 || w.Every > 0 && time.Since(w.since) >= w.Every
	return w.keep(s, due)
}

func (w *writer) epochEnd(s *trainer.State) error {
	return w.keep(s, w.EveryEpochs > 0 && s.Epoch%w.EveryEpochs == 0 || s.Epoch == s.Epochs)
}

func (w *writer) end(s *trainer.State) error {
	if s.Err != nil && !w.since.IsZero() {
		if c, err := s.Checkpoint(); err == nil {
			if err := w.write(c, false); err != nil {
				return err
			}
		}
	}
	return w.wait()
}

// keep writes a checkpoint if it is due, or the best.
func (w *writer) keep(s *trainer.State, due bool) error {
	best := w.Best != nil && s.Record != nil && s.Record.Test != nil && w.best(s)
	if !due && !best {
		return nil
	}
	c, err := s.Checkpoint()
	if err != nil {
		return err
	}
	w.since = time.Now()
	return w.write(c, best)
}

// best reports whether the record in hand is better than all before it.
func (w *writer) best(s *trainer.State) bool {
	i, _ := w.Best.index(s.History.Metrics)
	figure := func(r *trainer.Record) float64 {
		if i < 0 {
			return r.Test.Loss
		}
		return r.Test.Metrics[i]
	}
	value := figure(s.Record)
	for _, records := range [][]trainer.Record{s.History.Epochs, s.History.Evaluations} {
		for j := range records {
			r := &records[j]
			if r.Test == nil || r.Step >= s.Record.Step {
				continue
			}
			if other := figure(r); !w.Best.Maximize && !(value < other) || w.Best.Maximize && !(value > other) {
				return false
			}
		}
	}
	return true
}

// wait waits for the file being written.
func (w *writer) wait() error {
	if w.pending == nil {
		return nil
	}
	err := <-w.pending
	w.pending = nil
	return err
}

// write starts writing a checkpoint once the previous one is written.
func (w *writer) write(c *trainer.Checkpoint, best bool) error {
	if err := w.wait(); err != nil {
		return err
	}
	w.pending = make(chan error, 1)
	go func(done chan<- error) { done <- w.store(c, best) }(w.pending)
	return nil
}

// store writes the files. It removes those no longer kept, and those of later updates,
// which exist if the run has resumed from an earlier checkpoint.
func (w *writer) store(c *trainer.Checkpoint, best bool) error {
	if w.Before != nil {
		if err := w.Before(); err != nil {
			return err
		}
	}
	path := filepath.Join(w.Dir, fmt.Sprintf(nameFormat, c.Step()))
	if err := Write(path, c); err != nil {
		return err
	}
	if best {
		if err := Write(filepath.Join(w.Dir, bestName), c); err != nil {
			return err
		}
	}
	all, err := files(w.Dir)
	last := slices.Index(all, path)
	for i, other := range all {
		if i > last || i <= last-w.Keep {
			err = errors.Join(err, os.Remove(other))
		}
	}
	return prefix.Error("checkpoint", err)
}
