package optbench

import (
	"cmp"
	"flag"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"descent/internal/cli"
	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// options are the flags of a grid.
type options struct {
	Command
	preset     cli.Choice
	ruleset    cli.Choice
	workloads  string
	optimizers string
	schedules  string
	plan       bench.Plan // without workloads, optimizers and schedules
	defaults   bool
	tuned      bool
	against    string
	jobs       int
	out        string
	shard      string
	data       string
	list       bool
	yes        bool
	report     string
	quiet      bool
	flags      *flag.FlagSet
}

// gridFlags are the flags that define a grid.
func (c Command) gridFlags(name, about string, stderr io.Writer) *options {
	o := &options{Command: c}
	o.preset = cli.Choice{Value: c.Presets[0].Name}
	for _, p := range c.Presets {
		o.preset.Among = append(o.preset.Among, p.Name)
	}
	o.ruleset = cli.Choice{Value: string(bench.Ours), Among: []string{string(bench.Ours), string(bench.External), string(bench.SelfTuning)}}
	f := cli.Flags(name, about, stderr)
	o.flags = f
	f.Var(&o.preset, "preset", "preset of the other flags, by `name`: "+strings.Join(o.preset.Among, ", "))
	f.StringVar(&o.workloads, "workloads", "", "workloads to run, as `NAME,…`, or all")
	f.StringVar(&o.optimizers, "optimizers", "", "optimizers to compare, as `NAME,…`, or all")
	f.StringVar(&o.schedules, "schedules", "", "learning-rate schedules to run every optimizer with, as `NAME,…`, such as cosine or cosine:warmup=50")
	f.IntVar(&o.plan.Studies, "studies", 0, "studies, each with its own trials and seeds (default: the preset's, or the fewest that a test needs)")
	f.IntVar(&o.plan.Trials, "trials", 0, "trials per optimizer, workload and study")
	f.IntVar(&o.plan.TuningSeeds, "tuning-seeds", 0, "seeds per trial")
	f.IntVar(&o.plan.Seeds, "seeds", 0, "seeds for scoring the best trial of a study; without tuning, all seeds")
	f.IntVar(&o.plan.Epochs, "epochs", 0, "epochs per run (default: the workload's budget)")
	f.BoolVar(&o.plan.FullTrials, "full-trials", false, "train all trials to the end, not only the better half")
	f.Uint64Var(&o.plan.Seed, "seed", 1, "`seed` of the studies: their trials, initial weights and batches")
	f.BoolVar(&o.defaults, "defaults", false, "use every optimizer's default setting and rate, without tuning")
	f.BoolVar(&o.tuned, "tuned", false, "the given settings are final: an optimizer with a field to tune is an error")
	f.Var(&o.ruleset, "ruleset", "how times to the target are scored: ours, or AlgoPerf's external or self tuning, by `name`")
	f.IntVar(&o.jobs, "jobs", runtime.GOMAXPROCS(0), "number of parallel runs, each with one thread")
	f.StringVar(&o.out, "out", "bench-out", "`DIR` for results.jsonl, summary.csv and report.html")
	if c.Data != nil {
		f.StringVar(&o.data, "data", "", "`DIR` with the data, or \"sample\" for embedded samples (default: find or download it)")
	}
	return o
}

func (c Command) parse(args []string, stderr io.Writer) (*options, error) {
	o := c.gridFlags(c.Name, c.About, stderr)
	f := o.flags
	f.StringVar(&o.against, "against", "", "compare every entry with this `ENTRY` only, instead of all pairs")
	f.StringVar(&o.shard, "shard", "", "run part `I/N` of the grid, where I is 1 to N; env takes both from a Slurm array or a Kubernetes indexed job")
	f.BoolVar(&o.list, "list", false, "list workloads, optimizers, schedules and presets, then exit")
	f.BoolVar(&o.yes, "yes", false, "start without asking, as in a pipe")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the summary")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	return o, o.fill()
}

// fill sets the flags that are not given.
func (o *options) fill() error {
	p := o.Presets[slices.Index(o.preset.Among, o.preset.Value)]
	switch bench.Ruleset(o.ruleset.Value) {
	case bench.External: // as in AlgoPerf's rules: five trials, all to the end, in each of three studies
		p.Trials, p.Studies = 5, 3
		o.plan.FullTrials = true
	case bench.SelfTuning:
		p.Studies = 3
		o.defaults = true
	}
	o.plan.Ruleset = bench.Ruleset(o.ruleset.Value)
	for name, set := range map[string]func(){
		"workloads":    func() { o.workloads = p.Workloads },
		"optimizers":   func() { o.optimizers = p.Optimizers },
		"schedules":    func() { o.schedules = p.Schedules },
		"studies":      func() { o.plan.Studies = p.Studies },
		"trials":       func() { o.plan.Trials = cmp.Or(p.Trials, 8) },
		"tuning-seeds": func() { o.plan.TuningSeeds = cmp.Or(p.TuningSeeds, 1) },
		"seeds":        func() { o.plan.Seeds = cmp.Or(p.Seeds, 1) },
		"epochs":       func() { o.plan.Epochs = p.Epochs },
	} {
		if !cli.Given(o.flags, name) {
			set()
		}
	}
	if o.list {
		return nil
	}
	return o.check()
}

// check reports values that are out of range.
func (o *options) check() error {
	for _, n := range []struct {
		flag  string
		value int
	}{
		{"trials", o.plan.Trials}, {"tuning-seeds", o.plan.TuningSeeds}, {"seeds", o.plan.Seeds}, {"jobs", o.jobs},
	} {
		if n.value < 1 {
			return cli.Usagef(o.Name+": -%s %d: want 1 or more", n.flag, n.value)
		}
	}
	if cli.Given(o.flags, "studies") && o.plan.Studies < 1 {
		return cli.Usagef(o.Name+": -studies %d: want 1 or more", o.plan.Studies)
	}
	if cli.Given(o.flags, "epochs") && o.plan.Epochs < 1 {
		return cli.Usagef(o.Name+": -epochs %d: want 1 or more", o.plan.Epochs)
	}
	if _, err := parseShard(o.shard, os.LookupEnv); err != nil {
		return cli.Usagef(o.Name+": -shard %s: %v", o.shard, err)
	}
	if o.shard != "" && o.report != "" {
		return cli.Usagef(o.Name+": -report and -shard: want one of them; %s merge reports on all parts", o.Name)
	}
	return nil
}

// checkFiles reports output files that cannot be written.
func (o *options) checkFiles(shard bench.Shard) error {
	names := []string{resultsName(shard), summaryName, pageName}
	if shard.Count > 1 {
		names = names[:1]
	}
	files := append(o.inputs(), outputs(o.out, names...)...)
	return cli.CheckFiles(o.flags, append(files, cli.File{Flag: "report", Path: o.report})...)
}

// inputs are the files that -data names.
func (o *options) inputs() (files []cli.File) {
	if o.Files == nil {
		return nil
	}
	for _, path := range o.Files(o.data) {
		files = append(files, cli.File{Path: path, Input: true})
	}
	return files
}

// build returns the plan.
func (o *options) build() (bench.Plan, error) {
	p := o.plan
	names := split(o.workloads)
	if o.workloads == "all" {
		names = workloadNames(o.Workloads)
	}
	for _, name := range names {
		i := slices.Index(workloadNames(o.Workloads), name)
		if i < 0 {
			return p, cli.Usagef(o.Name+": -workloads: %q: want some of %s", name, strings.Join(workloadNames(o.Workloads), ", "))
		}
		p.Workloads = append(p.Workloads, o.Workloads[i])
	}
	rules := o.rules()
	entries := split(o.optimizers)
	if o.optimizers == "all" {
		entries = optimizerNames(rules)
	}
	for _, text := range entries {
		e, err := parseEntry(text, rules)
		if err == nil && o.defaults {
			e, err = e.AtDefault()
		}
		if err != nil {
			return p, cli.Usagef(o.Name+": -optimizers: %v", err)
		}
		if o.tuned && len(e.Space) > 0 {
			return p, cli.Usagef(o.Name+": -tuned: optimizer %s has %s to tune: want a value for each, as in %s:%s=…", e.Name, spaceText(e.Space), text, e.Space[0].Name)
		}
		p.Optimizers = append(p.Optimizers, e)
	}
	for _, text := range split(o.schedules) {
		s, err := parseSchedule(text)
		if err != nil {
			return p, cli.Usagef(o.Name+": -schedules: %v", err)
		}
		p.Schedules = append(p.Schedules, s)
	}
	o.units(&p)
	if err := p.Validate(); err != nil {
		return p, cli.Usagef(o.Name+": %v", err)
	}
	if o.against != "" && !slices.Contains(p.Entries(), o.against) {
		return p, cli.Usagef(o.Name+": -against %s: want an entry of the grid: %s", o.against, strings.Join(p.Entries(), ", "))
	}
	return p, nil
}

// units sets the number of studies. Without tuning, a study is a seed.
func (o *options) units(p *bench.Plan) {
	needed, err := stats.StudiesNeeded(.05)
	if err != nil {
		needed = 1
	}
	search := slices.ContainsFunc(p.Optimizers, func(e bench.Contender) bool { return len(e.Space) > 0 })
	if p.Studies == 0 {
		p.Studies = needed
	}
	if search {
		return
	}
	if !cli.Given(o.flags, "seeds") {
		p.Seeds = max(p.Studies*p.Seeds, needed)
	}
	if !cli.Given(o.flags, "studies") {
		p.Studies = 1
	}
}

// rules returns the optimizers, some with the settings of the preset.
func (o *options) rules() []bench.Contender {
	all := slices.Clone(o.Optimizers)
	for _, fixed := range o.Presets[slices.Index(o.preset.Among, o.preset.Value)].Fixed {
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

func split(list string) (parts []string) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
