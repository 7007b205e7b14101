package optbench

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"descent/optimizers/bench"
)

// parseShard parses a part of a grid: I/N with I from 1, "env" for the part set by
// the environment, or "" for the complete grid.
func parseShard(text string, lookup func(string) (string, bool)) (bench.Shard, error) {
	switch text {
	case "":
		return bench.Shard{}, nil
	case "env":
		return shardOfEnvironment(lookup)
	}
	first, second, ok := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(first)
	n, err2 := strconv.Atoi(second)
	if !ok || err1 != nil || err2 != nil || i < 1 || i > n {
		return bench.Shard{}, errors.New("want I/N with 1 ≤ I ≤ N, or env")
	}
	return bench.Shard{Index: i - 1, Count: n}, nil
}

// scheduler names the variables that a scheduler sets in each job of an array.
type scheduler struct {
	name         string
	index, count string
	first, step  string // of the indices; if empty or unset, 0 and 1
}

// Kubernetes does not tell pods their number: the job's manifest must set
// JOB_COMPLETIONS.
var schedulers = []scheduler{
	{
		name: "a Slurm array", index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT",
		first: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP",
	},
	{name: "a Kubernetes indexed job", index: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETIONS"},
}

func shardOfEnvironment(lookup func(string) (string, bool)) (bench.Shard, error) {
	for _, s := range schedulers {
		if _, ok := lookup(s.index); !ok {
			continue
		}
		index, err1 := integer(lookup, s.index, nil)
		count, err2 := integer(lookup, s.count, nil)
		zero, one := 0, 1
		first, err3 := integer(lookup, s.first, &zero)
		step, err4 := integer(lookup, s.step, &one)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return bench.Shard{}, fmt.Errorf("%s: %w", s.name, err)
		}
		shard := bench.Shard{Index: (index - first) / max(step, 1), Count: count}
		if count < 1 || step < 1 || (index-first)%step != 0 || shard.Index < 0 || shard.Index >= count {
			return bench.Shard{}, fmt.Errorf("%s: %s=%d: want one of %d indices from %d in steps of %d", s.name, s.index, index, count, first, step)
		}
		return shard, nil
	}
	return bench.Shard{}, errors.New("neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set: want a Slurm array, a Kubernetes indexed job, or I/N")
}

// integer returns a variable's value, or the default if it is unset and has one.
func integer(lookup func(string) (string, bool), name string, byDefault *int) (int, error) {
	text, ok := lookup(name)
	if !ok && byDefault != nil {
		return *byDefault, nil
	}
	if !ok {
		return 0, fmt.Errorf("%s is not set: want the number of parts", name)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s=%s: want a whole number", name, text)
	}
	return n, nil
}
