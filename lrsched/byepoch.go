package lrsched

// ByEpoch is a schedule that counts epochs, from 0: all updates of an epoch
// have the same rate.
//
// With n = Updates, s = Then and t the index of the update:
//
//	η(t) = s(⌊t/n⌋)
//
// It is what PyTorch does where a program calls scheduler.step() once an
// epoch. Whatever is within Then counts epochs too: Warmup{Steps: 5, …} there
// is one of five epochs, in five stairs.
type ByEpoch struct {
	Updates int      // n, updates in an epoch; one or more
	Then    Schedule // s, of the index of the epoch
}

var _ Schedule = ByEpoch{}

// At is the rate of the update.
func (e ByEpoch) At(step int) float64 { return at(e.Then, max(step, 0)/max(e.Updates, 1)) }

// Validate reports a field out of range, and what is wrong with Then.
func (e ByEpoch) Validate() error {
	if err := checkCount("ByEpoch", "Updates", e.Updates, 1); err != nil {
		return err
	}
	return checkPart("ByEpoch", "Then", e.Then)
}

func (e ByEpoch) parts(updates int) []part {
	return []part{{"ByEpoch: Then", e.Then, (updates-1)/e.Updates + 1}} // with the last, unfinished one
}
