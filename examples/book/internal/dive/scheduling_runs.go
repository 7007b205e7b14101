package dive

import (
	"fmt"

	"descent/examples/book/internal/page"
	"descent/lrsched"
)

// lenetEpochs is the number of epochs that the book trains for and that its schedules
// cover.
const lenetEpochs = 40

// scheduled is a training run of 11.11: a schedule, read in two ways, and the
// numbers that the book prints for train loss, train accuracy and test accuracy.
type scheduled struct {
	name    string
	printed page.Numbers
	// update is the schedule that the book ran. MXNet calls a scheduler once per
	// minibatch, with the number of the update, from 1.
	update lrsched.Schedule
	// epoch is the schedule of its figures, called once per epoch with the index
	// of the epoch, from 0. In a run of fewer than 40 epochs it is compressed. If
	// nil, both are the same.
	epoch func(epochs int) lrsched.Schedule
}

var (
	constantRun = scheduled{
		name: "constant", printed: page.Num(2.303, 0.101, 0.100),
		update: lrsched.Constant(0.5),
	}
	squareRootRun = scheduled{
		name: "square root", printed: page.Num(0.271, 0.902, 0.893),
		update: lrsched.Shift{By: 1, Then: lrsched.SquareRoot{Base: 1}},
		epoch:  func(int) lrsched.Schedule { return lrsched.SquareRoot{Base: 1} },
	}
	// MXNet's MultiFactorScheduler counts the milestones that it has passed,
	// and has passed both when the book's figure is drawn: training begins
	// with what follows them.
	multiFactorRun = scheduled{
		name: "multi-factor", printed: page.Num(0.149, 0.945, 0.892),
		update: lrsched.Shift{By: 40, Then: multiFactorOver(40)},
		epoch:  multiFactorOver,
	}
	cosineRun = scheduled{
		name: "cosine", printed: page.Num(0.342, 0.876, 0.867),
		update: lrsched.Shift{By: 1, Then: cosineOver(40)},
		epoch:  cosineOver,
	}
	warmupRun = scheduled{
		name: "cosine with warmup", printed: page.Num(0.380, 0.862, 0.843),
		update: lrsched.Shift{By: 1, Then: warmupOver(40)},
		epoch:  warmupOver,
	}
	scheduledRuns = []scheduled{constantRun, squareRootRun, multiFactorRun, cosineRun, warmupRun}
)

// The book's schedules over n ticks in place of 40.

func multiFactorOver(n int) lrsched.Schedule {
	first := max(n*15/40, 1)
	return lrsched.MultiFactor{Base: 0.5, Factor: 0.5, Milestones: []int{first, max(n*30/40, first+1)}}
}

func cosineOver(n int) lrsched.Schedule {
	return lrsched.Cosine{Base: 0.5, Final: 0.01, To: n}
}

func warmupOver(n int) lrsched.Schedule {
	w := n * 5 / 40
	return lrsched.Warmup{Steps: w, Then: lrsched.Cosine{Base: 0.5, Final: 0.01, From: w, To: n}}
}

// reading is a schedule in one of its two readings.
type reading struct {
	name     string
	schedule lrsched.Schedule
}

// readings returns the schedules to train with, the one that the book ran first.
func (s scheduled) readings(epochs, updates int) []reading {
	if s.epoch == nil {
		return []reading{{s.name, s.update}}
	}
	return []reading{
		{s.name + ", per minibatch", s.update},
		{s.name + ", per epoch", lrsched.ByEpoch{Updates: updates, Then: s.epoch(epochs)}},
	}
}

// label is the schedule as Go writes it.
func (r reading) label() string { return fmt.Sprintf("%#v", r.schedule) }
