package lrsched

// ByEpoch is a schedule that counts epochs, from 0. For update t = 0, 1, …:
//
//	η(t) = s(⌊t/n⌋)
//
// All updates of an epoch have the same rate, as in PyTorch if a program calls
// scheduler.step() once per epoch. All schedules within Then count epochs too:
// Warmup{Steps: 5, …} lasts five epochs, in five steps.
type ByEpoch struct {
	Updates int      // n, updates in an epoch; 1 or more
	Then    Schedule // s, of the index of the epoch
}

var _ Combinator = ByEpoch{}

func (e ByEpoch) At(step int) float64 { return at(e.Then, max(step, 0)/max(e.Updates, 1)) }

func (e ByEpoch) validate() error { return check("ByEpoch").count("Updates", e.Updates, 1).err }

func (e ByEpoch) Parts(updates int) []Part {
	return []Part{{"ByEpoch: Then", e.Then, (max(updates, 1)-1)/max(e.Updates, 1) + 1}}
}
