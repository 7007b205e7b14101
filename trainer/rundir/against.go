package rundir

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
)

// recorded is a run to compare with.
type recorded struct {
	dir   string
	steps map[int]line
	epoch map[int]line
	found string // the first difference
}

func readRecorded(dir string) (*recorded, error) {
	text, err := os.ReadFile(filepath.Join(dir, metricsFile))
	if err != nil {
		return nil, err
	}
	r := &recorded{dir, map[int]line{}, map[int]line{}, ""}
	n := 0
	for l := range bytes.Lines(text) {
		n++
		v, err := parseLine(l)
		switch {
		case err != nil && !bytes.HasSuffix(l, []byte("\n")): // of a running or killed process
		case err != nil:
			return nil, fmt.Errorf("%s: line %d: %w", metricsFile, n, err)
		case v.Kind == "step":
			r.steps[v.Step] = v
		default:
			r.epoch[v.Epoch] = v
		}
	}
	return r, nil
}

// compare compares a line with that of the other run. The first difference is
// reported when hashes tell which parameter it is in, or at the end.
func (r *Run) compare(l line) error {
	a := r.against
	if a == nil {
		return nil
	}
	old, ok := a.steps[l.Step]
	if l.Kind == "epoch" {
		old, ok = a.epoch[l.Epoch]
	}
	if !ok {
		return nil
	}
	if a.found == "" {
		a.found = difference(l, old)
	}
	if a.found == "" || len(l.Weights) == 0 || len(old.Weights) == 0 {
		return nil
	}
	about := fmt.Sprintf("after step %d the parameters are equal", l.Step)
	if i := firstDifferent(l.Weights, old.Weights); i >= 0 {
		about = fmt.Sprintf("after step %d the first parameter that differs is %q", l.Step, l.Weights[min(i, len(l.Weights)-1)].Name)
	}
	data := "the batches are equal"
	if l.Batch != old.Batch {
		data = "the batches differ"
	}
	return fmt.Errorf("rundir: against %s: %s; %s, and %s", a.dir, a.found, about, data)
}

// differed reports a difference that no hashes followed.
func (r *Run) differed(err error) error {
	if a := r.against; a != nil && a.found != "" && err == nil {
		return fmt.Errorf("rundir: against %s: %s", a.dir, a.found)
	}
	return nil
}

// difference describes the first difference between two lines of one update or epoch,
// ignoring the seconds. It is empty if there is none.
func difference(l, old line) string {
	at := fmt.Sprintf("%s %d", l.Kind, l.Step)
	if l.Kind == "epoch" {
		at = fmt.Sprintf("epoch %d", l.Epoch)
	}
	switch {
	case l.LearningRate != old.LearningRate:
		return fmt.Sprintf("%s: the learning rate is %v: want %v, as there", at, l.LearningRate, old.LearningRate)
	case l.Loss != old.Loss:
		return fmt.Sprintf("%s: the loss is %v: want %v, as there", at, l.Loss, old.Loss)
	case !reflect.DeepEqual(l.Train, old.Train):
		return fmt.Sprintf("%s: the training figures are %v: want %v, as there", at, l.Train, old.Train)
	case l.Test != nil && old.Test != nil && !reflect.DeepEqual(l.Test, old.Test):
		return fmt.Sprintf("%s: the test figures are %v: want %v, as there", at, *l.Test, *old.Test)
	case l.Rows != old.Rows, l.Batch != old.Batch && l.Batch != "" && old.Batch != "":
		return at + ": the batch differs"
	case len(l.Weights) > 0 && len(old.Weights) > 0 && firstDifferent(l.Weights, old.Weights) >= 0:
		return at + ": the parameters differ"
	}
	return ""
}

// firstDifferent returns the place of the first hash that differs, or −1.
func firstDifferent(a, b []hashed) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}
