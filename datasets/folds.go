package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// Fold is one of the divisions of a dataset made by [Folds].
type Fold struct{ Train, Test *View }

// Folds divides d at random into k parts for cross-validation: fold i tests on part
// i and trains on all others. The sizes of the parts differ by at most 1. They are a
// function of seed, d.Len() and k alone, and each part keeps the order of d.
//
// It is an error if k is not in [2, d.Len()], or if d has more examples than a
// [Loader] allows.
func Folds(d Dataset, k int, seed uint64) ([]Fold, error) {
	folds, err := newFolds(d, k, seed, false)
	return folds, prefix.Error("datasets", err, "Folds")
}

// StratifiedFolds is [Folds] with each class spread evenly: its numbers of examples in
// the parts differ by at most 1. The parts also depend on the labels. A class of fewer
// than k examples is missing from some parts.
//
// It reads all of d, as in epoch 0. It is also an error if an example does not have
// one label.
func StratifiedFolds(d Dataset, k int, seed uint64) ([]Fold, error) {
	folds, err := newFolds(d, k, seed, true)
	return folds, prefix.Error("datasets", err, "StratifiedFolds")
}

func newFolds(d Dataset, k int, seed uint64, stratified bool) ([]Fold, error) {
	if isnil.Value(d) {
		return nil, errors.New("the dataset is nil: want a Dataset")
	}
	n, err := lenOf(d)
	switch {
	case err != nil:
		return nil, err
	case n < 2 || n > maxExamples:
		return nil, fmt.Errorf("a dataset of %d examples: want [2, %d]", n, maxExamples)
	case k < 2 || k > n:
		return nil, fmt.Errorf("k = %d: want [2, %d], so that all parts have examples", k, n)
	}
	rows := rng.New(seed, "folds", strconv.Itoa(n)).Perm(n)
	if stratified {
		labels, err := labelsOf(d, n)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(labels[a], labels[b]) })
	}
	part := make([]int, n) // of each row: as cards are dealt
	for i, r := range rows {
		part[r] = i % k
	}
	folds := make([]Fold, k)
	for f := range folds {
		var in, out []int
		for r, p := range part {
			if p == f {
				out = append(out, r)
			} else {
				in = append(in, r)
			}
		}
		folds[f] = Fold{Train: view(d, in), Test: view(d, out)}
	}
	return folds, nil
}

// labelsOf returns the label of each of the n examples, as in epoch 0.
func labelsOf(d Dataset, n int) ([]int32, error) {
	const most = 1024
	labels := make([]int32, 0, n)
	rows := make([]int, 0, most)
	var b Batch
	for begin := 0; begin < n; begin += most {
		rows = rows[:0]
		for r := begin; r < min(begin+most, n); r++ {
			rows = append(rows, r)
		}
		want := len(rows)
		if err := gather(d, &b, rows, 0); err != nil {
			return nil, err
		}
		if len(b.Labels) != want {
			return nil, fmt.Errorf("%d labels of %d examples: want one for each", len(b.Labels), want)
		}
		labels = append(labels, b.Labels...)
	}
	return labels, nil
}
