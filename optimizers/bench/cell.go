package bench

// Cell is an entry on a workload, with the candidates that tuning chooses from.
// It is part of the header, so that a report does not need the optimizer's code.
type Cell struct {
	Workload   string      `json:"workload"`
	Entry      string      `json:"entry"`
	Candidates []Candidate `json:"candidates"`
}

// Candidate is a setup that tuning tries.
type Candidate struct {
	Values []float64 `json:"values"` // by dimension of the space
	Fields string    `json:"fields"` // of the rule and the groups, as Go prints them
	LR     float64   `json:"lr"`
	// Probe is a hash of what the rule, groups and schedule do in a few steps.
	Probe string `json:"probe"`
}

// tuned reports whether there are several candidates.
func (c Cell) tuned() bool { return len(c.Candidates) > 1 }

// seedsOfPlan is the number of seeds reserved for a plan. Tuning and scoring
// seeds are disjoint, within a plan and between plans with different seeds.
const seedsOfPlan = 1_000_000

func (h *Header) tuningSeed(i int) uint64  { return h.Seed*seedsOfPlan + seedsOfPlan/2 + uint64(i) }
func (h *Header) scoringSeed(i int) uint64 { return h.Seed*seedsOfPlan + 1 + uint64(i) }

// key returns the key of one run of a cell.
func (h *Header) key(c Cell, candidate int, split Split, seed uint64) RunKey {
	w, e := h.workload(c.Workload), h.entry(c.Entry)
	var k Candidate
	if candidate >= 0 && candidate < len(c.Candidates) {
		k = c.Candidates[candidate]
	}
	return RunKey{
		Workload: w.Name, Version: w.Version, Source: w.Source, FirstStep: w.FirstStep,
		Fields: k.Fields, LR: k.LR, Schedule: e.Schedule, Probe: k.Probe,
		Split: split, Epochs: w.Epochs, Seed: seed, Kernels: h.Kernels,
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
