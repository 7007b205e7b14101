package bench

import "slices"

// Cell is a study of an entry on a workload, with the candidates that tuning chooses
// from. It is part of the header, so that a report does not need the optimizer's code.
type Cell struct {
	Workload   string      `json:"workload"`
	Entry      string      `json:"entry"`
	Study      int         `json:"study"` // from 0
	Candidates []Candidate `json:"candidates"`
}

// Candidate is a setup that tuning tries.
type Candidate struct {
	Values []float64 `json:"values"` // by dimension of the space
	Fields string    `json:"fields"` // of the rule and the groups, as Go prints them
	LR     float64   `json:"lr"`
	// Probe is a hash of the results of the rule, groups and schedule in a few steps.
	Probe string `json:"probe"`
}

// tuned reports whether there are several candidates.
func (c Cell) tuned() bool { return len(c.Candidates) > 1 }

// seedsOfPlan and seedsOfStudy are the numbers of seeds reserved for a plan and, of
// each kind, for a study. Tuning and scoring seeds are disjoint, within a study, between
// studies, and between plans with different seeds.
const (
	seedsOfPlan  = 1_000_000
	seedsOfStudy = 1_000
)

func (h *Header) tuningSeed(study, i int) uint64 {
	return h.Seed*seedsOfPlan + seedsOfPlan/2 + uint64(study)*seedsOfStudy + uint64(i)
}

func (h *Header) scoringSeed(study, i int) uint64 {
	return h.Seed*seedsOfPlan + 1 + uint64(study)*seedsOfStudy + uint64(i)
}

// halved reports whether a study of some candidates ends the worse half early.
func halved(candidates int, full bool) bool { return candidates >= FewTrials && !full }

func survivors(candidates int) int { return (candidates + 1) / 2 }

// halved reports whether the worse half of the cell's trials ends early.
func (h *Header) halved(c Cell) bool { return halved(len(c.Candidates), h.FullTrials) }

// place returns the indices of a cell's workload and entry, and its study: the order
// of cells. An index is -1 if the header has no such workload or entry.
func (h *Header) place(c Cell) [3]int {
	return [3]int{
		slices.IndexFunc(h.Workloads, func(w HeaderWorkload) bool { return w.Name == c.Workload }),
		slices.IndexFunc(h.Optimizers, func(e Entry) bool { return e.Name == c.Entry }),
		c.Study,
	}
}

// key returns the key of one run of a cell. The run ends at the share stop of its
// budget, or at its end if stop is zero.
func (h *Header) key(c Cell, candidate int, split Split, stop float64, seed uint64) RunKey {
	w, e := h.workload(c.Workload), h.entry(c.Entry)
	var k Candidate
	if candidate >= 0 && candidate < len(c.Candidates) {
		k = c.Candidates[candidate]
	}
	return RunKey{
		Workload: w.Name, Version: w.Version, Source: w.Source, FirstStep: w.FirstStep,
		Fields: k.Fields, LR: k.LR, Schedule: e.Schedule, Probe: k.Probe,
		Split: split, Epochs: w.Epochs, Stop: stop, Seed: seed, Kernels: h.Kernels,
	}
}

func (h *Header) workload(name string) HeaderWorkload {
	for _, w := range h.Workloads {
		if w.Name == name {
			return w
		}
	}
	return HeaderWorkload{}
}

func (h *Header) entry(name string) Entry {
	for _, e := range h.Optimizers {
		if e.Name == name {
			return e
		}
	}
	return Entry{}
}
