package main

import (
	"fmt"
	"io"
	"strings"

	"descent/autograd/lanes"
	"descent/internal/byname"
	"descent/internal/cli"
	"descent/internal/figure"
	"descent/lrsched"
)

const about = `
Lenet trains LeNet-5 (ReLU, max pooling) on Fashion-MNIST.

	go run ./examples/lenet                          ten epochs; finds or downloads the data
	go run ./examples/lenet -data sample -epochs 3   on the embedded sample
	go run ./examples/lenet -plot curves.svg -save lenet.safetensors -report report.json
	go run ./examples/lenet -optimizer adam -set beta1=0.8,eps=1e-6 -schedule step -schedule-set every=500
	go run ./examples/lenet -run DIR                 keeps checkpoints and metrics in DIR; -resume continues
	go run ./examples/lenet -optimizer adam -find-lr -plot range.svg

The same -seed gives the same weights with any number of threads.`

// options are the flags of the command.
type options struct {
	epochs, batch int
	lr, momentum  float64
	schedule      cli.Choice
	scheduleSet   string
	optimizer     cli.Choice
	set           string
	rateGiven     bool
	findLR        bool
	seed          uint64
	data          string
	threads       int
	plot          string
	save          string
	run           string
	resume        bool
	against       string
	keepSteps     int
	report        string
	quiet         bool
	isa           lanes.ISA
	skipZeros     lanes.SkipZeros
	profile       bool
}

// defaultRate has the default learning rates that differ from the usual ones. Each
// is the largest that trained with every seed tried, in ten epochs.
var defaultRate = map[string]float64{"sgd": 0.3}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{
		schedule:  cli.Choice{Value: "cosine", Among: byname.Schedules()},
		optimizer: cli.Choice{Value: "momentum", Among: byname.Rules()},
	}
	f := cli.Flags("lenet", about, stderr)
	f.IntVar(&o.epochs, "epochs", 10, "passes over the training images")
	f.IntVar(&o.batch, "batch", 256, "images per minibatch")
	f.Float64Var(&o.lr, "lr", 0, "learning `rate` (default: the optimizer's usual rate; 0.1 for momentum)")
	f.Float64Var(&o.momentum, "momentum", 0.9, "momentum `factor`, in [0, 1); only with -optimizer momentum or nesterov")
	f.Var(&o.schedule, "schedule", "learning-rate schedule, by `name`: "+strings.Join(o.schedule.Among, ", ")+"; cosine warms up first and ends at lr/100")
	f.StringVar(&o.scheduleSet, "schedule-set", "", "fields of the schedule and its warm-up, as `name=value,…`: final=0.01,warmup=100")
	f.Var(&o.optimizer, "optimizer", "update rule, by `name`: "+strings.Join(o.optimizer.Among, ", "))
	f.StringVar(&o.set, "set", "", "fields of the update rule, as `name=value,…`: beta1=0.8,eps=1e-6")
	f.BoolVar(&o.findLR, "find-lr", false, "search for a learning rate instead of training: raise it until the loss diverges")
	f.Uint64Var(&o.seed, "seed", 1, "`seed` of the initial weights and the order of the images")
	f.StringVar(&o.data, "data", "", "`DIR` with the four Fashion-MNIST files, or \"sample\" for the embedded sample (default: find or download the data)")
	f.IntVar(&o.threads, "threads", 0, "number of threads (default: all processors)")
	f.Func("isa", "instruction set, by `NAME`: avx512, avx2 or go (default: the best available)", cli.Parsed(&o.isa, lanes.ParseISA))
	f.Func("skip-zeros", "when the backward pass skips zero gradients, as `WHEN`: auto, never or always (default: auto, if that is faster)", cli.Parsed(&o.skipZeros, lanes.ParseSkipZeros))
	f.BoolVar(&o.profile, "profile", false, "print the time of each operation in a training step")
	f.StringVar(&o.plot, "plot", "", "plot loss and accuracy to a `FILE.svg` or .png")
	f.StringVar(&o.save, "save", "", "save the trained model, weights and description, to a `FILE` in safetensors format")
	f.StringVar(&o.run, "run", "", "keep checkpoints, metrics.jsonl and run.json in `DIR`")
	f.BoolVar(&o.resume, "resume", false, "resume the run in -run DIR from its newest checkpoint, if there is one")
	f.IntVar(&o.keepSteps, "checkpoint-steps", 500, "updates between checkpoints in -run DIR, in addition to those at the end of each epoch; 0 for none")
	f.StringVar(&o.against, "against", "", "compare with the run in `DIR`, and stop at the first difference, naming its update and parameter; only with -run")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the result")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	if cli.Given(f, "momentum") {
		if o.optimizer.Value != "momentum" && o.optimizer.Value != "nesterov" {
			return o, cli.Usagef("lenet: -momentum: want -optimizer momentum or nesterov, not %s", o.optimizer.Value)
		}
		if strings.Contains(","+o.set, ",momentum=") {
			return o, cli.Usagef("lenet: -momentum and -set %s: want one of them", o.set)
		}
	}
	o.rateGiven = cli.Given(f, "lr")
	if err := o.check(); err != nil {
		return o, err
	}
	files := append(cli.FashionFiles(o.data), cli.File{Flag: "plot", Path: o.plot}, cli.File{Flag: "save", Path: o.save}, cli.File{Flag: "report", Path: o.report})
	return o, cli.CheckFiles(f, files...)
}

// check reports a value out of range.
func (o options) check() error {
	switch {
	case o.epochs < 1:
		return cli.Usagef("lenet: -epochs %d: want 1 or more", o.epochs)
	case o.batch < 1:
		return cli.Usagef("lenet: -batch %d: want 1 or more", o.batch)
	case o.epochs > 1e6:
		return cli.Usagef("lenet: -epochs %d: want 1 to 1000000", o.epochs)
	case o.threads < 0 || o.threads > lanes.MaxThreads:
		return cli.Usagef("lenet: -threads %d: want 0 (all processors) to %d", o.threads, lanes.MaxThreads)
	}
	n, err := o.rule(1)
	if err != nil {
		return cli.Usagef("lenet: -optimizer %s: %v", o.optimizer.Value, err)
	}
	schedule, _, err := o.newSchedule(n.Rate, 1000)
	if err == nil {
		err = lrsched.Validate(schedule)
	}
	if err != nil {
		return cli.Usagef("lenet: -lr %v, -schedule %s: %v", n.Rate, o.schedule.Value, err)
	}
	if o.findLR {
		for _, given := range []struct {
			name string
			bad  bool
		}{{"lr", o.rateGiven}, {"save", o.save != ""}, {"profile", o.profile}, {"run", o.run != ""}} {
			if given.bad {
				return cli.Usagef("lenet: -find-lr and -%s: want one of them", given.name)
			}
		}
	}
	if o.plot != "" {
		if _, err := figure.FormatOf(o.plot); err != nil {
			return cli.Usagef("lenet: -plot: %v", err)
		}
	}
	for _, needs := range []struct {
		name  string
		given bool
	}{{"resume", o.resume}, {"against", o.against != ""}} {
		if needs.given && o.run == "" {
			return cli.Usagef("lenet: -%s: want -run DIR as well", needs.name)
		}
	}
	if o.keepSteps < 0 {
		return cli.Usagef("lenet: -checkpoint-steps %d: want 0 (none) or more", o.keepSteps)
	}
	if o.save == "-" {
		return cli.Usagef("lenet: -save -: want a file")
	}
	return nil
}

// rule returns the update rule and its learning rate for a training set with the
// given number of images.
func (o options) rule(images int) (byname.Named, error) {
	set := o.set
	switch o.optimizer.Value {
	case "momentum", "nesterov":
		set = join(fmt.Sprintf("momentum=%v", o.momentum), set)
	case "sgld":
		set = join(fmt.Sprintf("examples=%d", images), set)
	}
	n, err := byname.Rule(o.optimizer.Value, set)
	if err != nil {
		return n, err
	}
	if rate, ok := defaultRate[n.Name]; ok {
		n.Rate = rate
	}
	if n.Name == "sgld" {
		n.Rate /= float64(images) // its gradient is a sum over the images
	}
	if o.rateGiven {
		n.Rate = o.lr
	}
	return n, nil
}

// join concatenates two lists of assignments. The last assignment to a field
// wins.
func join(a, b string) string { return strings.TrimSuffix(a+","+b, ",") }

// optimizerName returns the optimizer's name and the fields that were set.
func (o options) optimizerName() string {
	name := o.optimizer.Value
	if name == "momentum" || name == "nesterov" {
		name = fmt.Sprintf("%s %g", name, o.momentum)
	}
	return strings.TrimSpace(name + " " + o.set)
}

// newSchedule returns a schedule for the given number of updates and its
// description. Cosine warms up for 200 updates, for one epoch if that is
// shorter, or for half of the run if that is shorter still.
func (o options) newSchedule(rate float64, updates int) (lrsched.Schedule, string, error) {
	about := fmt.Sprintf("%s %g over %d updates", o.schedule.Value, rate, updates)
	set := o.scheduleSet
	switch o.schedule.Value {
	case "constant":
		about = fmt.Sprintf("constant %g", rate)
	case "cosine":
		if !strings.Contains(","+set, ",warmup=") {
			warmup := min(200, updates/o.epochs, updates/2)
			set = join(fmt.Sprintf("warmup=%d", warmup), set)
			about = fmt.Sprintf("cosine %g to %g over %d updates, %d of them warm-up", rate, rate/100, updates, warmup)
		}
	}
	s, err := byname.Schedule(o.schedule.Value, rate, updates, set)
	if o.scheduleSet != "" {
		about += "; " + o.scheduleSet
	}
	return s, about, err
}
