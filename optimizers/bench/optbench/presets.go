package optbench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const about = `
PROGRAM compares optimizers and tells real differences from noise. It writes
results.jsonl, summary.csv and report.html to a directory. After an interruption, the
same command resumes; with more optimizers, workloads, studies or seeds it adds them.

	PROGRAM                                      the first preset
	PROGRAM -optimizers sgd,adam -studies 8 -trials 8
	PROGRAM -optimizers sgd:lr=0.1,slow=sgd:lr=0.001    fixed settings, no tuning
	PROGRAM -shard 1/4                           one of four parts of the grid
	PROGRAM merge -out all part1 part2 part3 part4
	PROGRAM report -no-timings bench-out
	PROGRAM verify -runs 10                      repeats ten runs of bench-out
	PROGRAM -list

An optimizer is NAME or NAME:FIELD=VALUE:…, where lr=0.1 fixes a field of the
search space, lr=0.01..1 changes its range, and eps=1e-6 sets another field of the
rule. ENTRY=NAME:… renames it.`

// complete fills in the defaults of a command.
func (c Command) complete() (Command, error) {
	if c.Name == "" {
		c.Name = filepath.Base(os.Args[0])
	}
	if len(c.Workloads) == 0 || len(c.Optimizers) == 0 {
		return c, errors.New(c.Name + ": no Workloads or no Optimizers: want 1 or more of each")
	}
	if c.About == "" {
		c.About = strings.ReplaceAll(about, "PROGRAM", c.Name)
	}
	if len(c.Presets) == 0 {
		c.Presets = []Preset{{
			Name: "all", About: "all optimizers on all workloads", Workloads: "all", Optimizers: "all",
			Studies: 8, Trials: 8, TuningSeeds: 1, Seeds: 1,
		}}
	}
	for _, p := range c.Presets {
		for _, fixed := range p.Fixed {
			if !slices.Contains(optimizerNames(c.Optimizers), fixed.Name) {
				return c, fmt.Errorf("%s: preset %s: Fixed has %s: want one of %s", c.Name, p.Name, fixed.Name, strings.Join(optimizerNames(c.Optimizers), ", "))
			}
		}
	}
	return c, nil
}
