package bench

// Cell is an entry on a workload: the candidates that tuning chooses from. It
// stands in the header, so that a report needs no code of an optimizer's.
type Cell struct {
	Workload   string      `json:"workload"`
	Entry      string      `json:"entry"`
	Candidates []Candidate `json:"candidates"`
}

// Candidate is a setting that is tried.
type Candidate struct {
	Values []float64 `json:"values"` // of the space's dimensions
	Fields string    `json:"fields"` // of rule and groups, as Go writes them
	LR     float64   `json:"lr"`
	// Probe is a hash of what rule, groups and schedule do on a few steps.
	Probe string `json:"probe"`
}

// tuned says that there is something to choose.
func (c Cell) tuned() bool { return len(c.Candidates) > 1 }

// Seeds of tuning and scoring runs: disjoint for one plan, and for plans whose
// seeds differ.
const seedsOfPlan = 1_000_000

func (h *Header) tuningSeed(i int) uint64  { return h.Seed*seedsOfPlan + seedsOfPlan/2 + uint64(i) }
func (h *Header) scoringSeed(i int) uint64 { return h.Seed*seedsOfPlan + 1 + uint64(i) }

// settings are those of one run of a cell.
func (h *Header) settings(c Cell, candidate int, split Split, seed uint64) Settings {
	w, e := h.workload(c.Workload), h.entry(c.Entry)
	var k Candidate
	if candidate >= 0 && candidate < len(c.Candidates) {
		k = c.Candidates[candidate]
	}
	return Settings{
		Workload: w.Name, Version: w.Version, Source: w.Source, FirstStep: w.FirstStep,
		Fields: k.Fields, LR: k.LR, Schedule: e.Schedule, Probe: k.Probe,
		Split: split, Epochs: w.Epochs, Seed: seed, Kernels: h.Kernels,
	}
}

func (h *Header) workload(name string) Listed {
	for _, w := range h.Workloads {
		if w.Name == name {
			return w
		}
	}
	return Listed{}
}

func (h *Header) entry(name string) Entry {
	for _, e := range h.Optimizers {
		if e.Name == name {
			return e
		}
	}
	return Entry{}
}
