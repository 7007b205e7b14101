package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"descent/examples/internal/byname"
	"descent/examples/internal/cli"
	"descent/optimizers/bench"
	"descent/optimizers/bench/workloads"
)

// options are the flags of a grid.
type options struct {
	preset     cli.Choice
	workloads  string
	optimizers string
	schedules  string
	plan       bench.Plan // without workloads, optimizers and schedules
	jobs       int
	out        string
	shard      string
	data       string
	list       bool
	report     string
	quiet      bool
	flags      *flag.FlagSet
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	o.preset = cli.Choice{Value: presets[0].name, Among: presetNames()}
	f := cli.Flags("optbench", about, stderr)
	o.flags = f
	f.Var(&o.preset, "preset", "preset of the other flags, by `name`: "+strings.Join(o.preset.Among, ", "))
	f.StringVar(&o.workloads, "workloads", "", "workloads to run, as `NAME,…`, or all")
	f.StringVar(&o.optimizers, "optimizers", "", "optimizers to compare, as `NAME,…`, or all")
	f.StringVar(&o.schedules, "schedules", "", "learning-rate schedules to run every optimizer with, as `NAME,…`, such as cosine or cosine:warmup=50")
	f.IntVar(&o.plan.Trials, "trials", 0, "trials per optimizer and workload")
	f.IntVar(&o.plan.TuningSeeds, "tuning-seeds", 0, "seeds per trial")
	f.IntVar(&o.plan.Seeds, "seeds", 0, "seeds to score the best trial with")
	f.IntVar(&o.plan.Epochs, "epochs", 0, "epochs per run (default: the workload's budget)")
	f.Uint64Var(&o.plan.Seed, "seed", 1, "`seed` of the trials, the initial weights and the batches")
	f.IntVar(&o.jobs, "jobs", runtime.GOMAXPROCS(0), "number of parallel runs, each with one thread")
	f.StringVar(&o.out, "out", "bench-out", "`DIR` for results.jsonl, summary.csv and report.html")
	f.StringVar(&o.shard, "shard", "", "run part `I/N` of the grid, where I is 1 to N; env takes both from a Slurm array or a Kubernetes indexed job")
	f.StringVar(&o.data, "data", "", "`DIR` with the four Fashion-MNIST files, or \"sample\" for the embedded sample (default: find or download the data)")
	f.BoolVar(&o.list, "list", false, "list workloads, optimizers, schedules and presets, then exit")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the summary")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	p := presets[slices.Index(o.preset.Among, o.preset.Value)]
	for name, set := range map[string]func(){
		"workloads":    func() { o.workloads = p.workloads },
		"optimizers":   func() { o.optimizers = p.optimizers },
		"schedules":    func() { o.schedules = p.schedules },
		"trials":       func() { o.plan.Trials = p.trials },
		"tuning-seeds": func() { o.plan.TuningSeeds = p.tuningSeeds },
		"seeds":        func() { o.plan.Seeds = p.seeds },
		"epochs":       func() { o.plan.Epochs = p.epochs },
	} {
		if !cli.Given(f, name) {
			set()
		}
	}
	if o.list {
		return o, nil
	}
	return o, o.check(cli.Given(f, "epochs"))
}

// check reports values that are out of range.
func (o options) check(epochs bool) error {
	for _, n := range []struct {
		flag  string
		value int
	}{
		{"trials", o.plan.Trials}, {"tuning-seeds", o.plan.TuningSeeds}, {"seeds", o.plan.Seeds}, {"jobs", o.jobs},
	} {
		if n.value < 1 {
			return cli.Usagef("optbench: -%s %d: want 1 or more", n.flag, n.value)
		}
	}
	if epochs && o.plan.Epochs < 1 {
		return cli.Usagef("optbench: -epochs %d: want 1 or more", o.plan.Epochs)
	}
	if _, err := parseShard(o.shard, os.LookupEnv); err != nil {
		return cli.Usagef("optbench: -shard %s: %v", o.shard, err)
	}
	if o.shard != "" && o.report != "" {
		return cli.Usagef("optbench: -report and -shard: want one of them; optbench merge reports on all parts")
	}
	return nil
}

// checkFiles reports output files that cannot be written.
func (o options) checkFiles(shard bench.Shard) error {
	names := []string{resultsName(shard), summaryName, pageName}
	if shard.Count > 1 {
		names = names[:1]
	}
	files := append(cli.FashionFiles(o.data), outputs(o.out, names...)...)
	return cli.CheckFiles(o.flags, append(files, cli.File{Flag: "report", Path: o.report})...)
}

// build returns the plan. Its workloads read Fashion-MNIST from f.
func (o options) build(f *workloads.Fashion) (bench.Plan, error) {
	p := o.plan
	known := workloads.All(f)
	names := split(o.workloads)
	if o.workloads == "all" {
		names = workloadNames(known)
	}
	for _, name := range names {
		i := slices.Index(workloadNames(known), name)
		if i < 0 {
			return p, cli.Usagef("optbench: -workloads: %q: want some of %s", name, strings.Join(workloadNames(known), ", "))
		}
		p.Workloads = append(p.Workloads, known[i])
	}
	rules := o.rules()
	entries := split(o.optimizers)
	if o.optimizers == "all" {
		entries = optimizerNames(rules)
	}
	for _, text := range entries {
		e, err := parseEntry(text, rules)
		if err != nil {
			return p, cli.Usagef("optbench: -optimizers: %v", err)
		}
		p.Optimizers = append(p.Optimizers, e)
	}
	for _, text := range split(o.schedules) {
		s, err := parseSchedule(text)
		if err != nil {
			return p, cli.Usagef("optbench: -schedules: %v", err)
		}
		p.Schedules = append(p.Schedules, s)
	}
	if err := p.Validate(); err != nil {
		return p, cli.Usagef("optbench: %v", err)
	}
	return p, nil
}

// rules returns the optimizers, some with the settings of the preset.
func (o options) rules() []bench.Contender {
	all := workloads.Optimizers()
	for _, fixed := range presets[slices.Index(o.preset.Among, o.preset.Value)].fixed {
		all[slices.IndexFunc(all, func(known bench.Contender) bool { return known.Name == fixed.Name })] = fixed
	}
	return all
}

func workloadNames(all []bench.Workload) []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.Info().Name
	}
	return names
}

// split returns the parts of a comma-separated list.
func split(list string) (parts []string) {
	for p := range strings.SplitSeq(list, ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// printList prints the valid names for the flags.
func (o options) printList(w io.Writer) error {
	fmt.Fprintln(w, "Workloads (metric, target, epochs, batch):")
	for _, known := range workloads.All(&workloads.Fashion{}) {
		i := known.Info()
		batch := "-"
		if i.Batch > 0 {
			batch = fmt.Sprint(i.Batch)
		}
		fmt.Fprintf(w, "  %-18s %s (%s, %v, %d, %s)\n", i.Name, i.About, i.Metric, i.Target, i.Epochs, batch)
	}
	fmt.Fprintln(w, "\nOptimizers (search space):")
	for _, known := range o.rules() {
		fmt.Fprintf(w, "  %-18s %s\n", known.Name, spaceText(known.Space))
	}
	fmt.Fprintf(w, "\nSchedules:\n  %s\n\nPresets:\n", strings.Join(byname.Schedules(), ", "))
	for _, p := range presets {
		fmt.Fprintf(w, "  %-18s %s\n  %18s -workloads %s -optimizers %s -schedules %s -trials %d -tuning-seeds %d -seeds %d\n",
			p.name, p.about, "", p.workloads, p.optimizers, p.schedules, p.trials, p.tuningSeeds, p.seeds)
	}
	return nil
}

func spaceText(s bench.Space) string {
	if len(s) == 0 {
		return "fixed"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = fmt.Sprintf("%s %v..%v", d.Name, d.Low, d.High)
	}
	return strings.Join(parts, ", ")
}
