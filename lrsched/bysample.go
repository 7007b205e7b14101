package lrsched

// BySample is a schedule that counts the examples seen before the update. For
// update t = 0, 1, …:
//
//	η(t) = s(t·b)
//
// The same Then serves runs with different batch sizes. All schedules within it
// count examples too. A smaller batch, such as the last one of an epoch, counts
// as b examples. Beyond math.MaxInt examples, the rate is s(MaxInt).
type BySample struct {
	Batch int      // b, examples in an update; 1 or more
	Then  Schedule // s, of the number of examples
}

var _ Combinator = BySample{}

func (b BySample) At(step int) float64 { return at(b.Then, multiply(max(step, 0), max(b.Batch, 1))) }

func (b BySample) validate() error { return check("BySample").count("Batch", b.Batch, 1).err }

func (b BySample) Parts(updates int) []Part {
	return []Part{{"BySample: Then", b.Then, multiply(max(updates, 0), max(b.Batch, 1))}}
}
