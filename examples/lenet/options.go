package main

import (
	"fmt"
	"io"

	"descent/examples/internal/cli"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
)

const about = `
Lenet trains LeNet-5 (ReLU, max pooling) on Fashion-MNIST.

	go run ./examples/lenet                          ten epochs, the data found or downloaded
	go run ./examples/lenet -data sample -epochs 3   on the sample that is built in
	go run ./examples/lenet -plot curves.svg -save lenet.safetensors -report report.json

The same -seed gives the same weights, whatever the number of threads.`

// options are the flags of the command.
type options struct {
	epochs, batch int
	lr, momentum  float64
	schedule      cli.Choice
	optimizer     cli.Choice
	seed          uint64
	data          string
	threads       int
	plot          string
	save          string
	report        string
	quiet         bool
	isa           nn.ISA
	sparse        nn.Sparse
	profile       bool
}

// defaultRate is the learning rate of each optimizer if none is given: the
// largest of the usual ones that trains in ten epochs with every seed tried.
var defaultRate = map[string]float64{"sgd": 0.3, "momentum": 0.1, "nesterov": 0.1}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{
		schedule:  cli.Choice{Value: "cosine", Among: []string{"cosine", "constant"}},
		optimizer: cli.Choice{Value: "momentum", Among: []string{"momentum", "nesterov", "sgd"}},
	}
	f := cli.Flags("lenet", about, stderr)
	f.IntVar(&o.epochs, "epochs", 10, "passes over the training images")
	f.IntVar(&o.batch, "batch", 256, "images in a minibatch")
	f.Float64Var(&o.lr, "lr", 0, "learning `rate` (default 0.1 with momentum, 0.3 without)")
	f.Float64Var(&o.momentum, "momentum", 0.9, "`factor` of the last step, in [0, 1); not for -optimizer sgd")
	f.Var(&o.schedule, "schedule", "`name`: cosine (warm-up, then to a hundredth along a cosine) or constant")
	f.Var(&o.optimizer, "optimizer", "`name`: momentum, nesterov or sgd")
	f.Uint64Var(&o.seed, "seed", 1, "of the weights and the order of the images")
	f.StringVar(&o.data, "data", "", "`DIR` with the four files of Fashion-MNIST, or sample (default: found or downloaded)")
	f.IntVar(&o.threads, "threads", 0, "goroutines that compute (default: all processors)")
	f.Func("isa", "`NAME` of the instruction set to compute with: avx512, avx2 or go (default: the best there is)", func(s string) (err error) {
		o.isa, err = nn.ParseISA(s)
		return err
	})
	f.Func("sparse", "backward pass through lists of live gradients: auto, never or always, as `NAME` (default: auto, where it pays)", func(s string) (err error) {
		o.sparse, err = nn.ParseSparse(s)
		return err
	})
	f.BoolVar(&o.profile, "profile", false, "print the time of each operation of a training step")
	f.StringVar(&o.plot, "plot", "", "draw the curves of loss and accuracy to a `FILE.svg` or .png")
	f.StringVar(&o.save, "save", "", "write the trained weights to a `FILE` in safetensors format")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print the result only")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	if o.optimizer.Value == "sgd" && cli.Given(f, "momentum") {
		return o, cli.Usagef("lenet: -momentum: -optimizer sgd has none: want -optimizer momentum or nesterov")
	}
	if !cli.Given(f, "lr") {
		o.lr = defaultRate[o.optimizer.Value]
	}
	return o, o.check()
}

// check reports a value that is out of range, or a file that cannot be written.
func (o options) check() error {
	switch {
	case o.epochs < 1:
		return cli.Usagef("lenet: -epochs %d: want 1 or more", o.epochs)
	case o.batch < 1:
		return cli.Usagef("lenet: -batch %d: want 1 or more", o.batch)
	case o.epochs > 1e6:
		return cli.Usagef("lenet: -epochs %d: want at most 1000000", o.epochs)
	case o.threads < 0 || o.threads > nn.MaxThreads:
		return cli.Usagef("lenet: -threads %d: want 0 (all processors) to %d", o.threads, nn.MaxThreads)
	case o.plot != "" && (o.plot == o.save || o.plot == o.report), o.save != "" && o.save == o.report:
		return cli.Usagef("lenet: -plot %q, -save %q, -report %q: want different files", o.plot, o.save, o.report)
	}
	if err := o.rule().Validate(); err != nil {
		return cli.Usagef("lenet: %v", err)
	}
	if s, _ := o.newSchedule(1); lrsched.Validate(s) != nil {
		return cli.Usagef("lenet: -lr %v: %v", o.lr, lrsched.Validate(s))
	}
	if o.plot != "" {
		if _, err := figure.FormatOf(o.plot); err != nil {
			return cli.Usagef("lenet: -plot: %v", err)
		}
	}
	if o.save == "-" {
		return cli.Usagef("lenet: -save -: want a file")
	}
	for _, file := range []struct{ flag, path string }{{"plot", o.plot}, {"save", o.save}, {"report", o.report}} {
		if err := cli.CheckWritable(file.flag, file.path); err != nil {
			return fmt.Errorf("lenet: %w", err)
		}
	}
	return nil
}

// rule returns the optimizer.
func (o options) rule() optimizers.Rule {
	switch o.optimizer.Value {
	case "sgd":
		return optimizers.SGD{}
	case "nesterov":
		return optimizers.SGD{Momentum: o.momentum, Nesterov: true}
	}
	return optimizers.SGD{Momentum: o.momentum}
}

func (o options) optimizerName() string {
	if o.optimizer.Value == "sgd" {
		return "sgd"
	}
	return fmt.Sprintf("%s %g", o.optimizer.Value, o.momentum)
}

// newSchedule returns the learning rate of each update, for epochs of the
// given number of updates, and what it is called. The warm-up takes an epoch, or 200
// updates if that is less, but never the whole run.
func (o options) newSchedule(updates int) (lrsched.Schedule, string) {
	if o.schedule.Value == "constant" {
		return lrsched.Constant(o.lr), fmt.Sprintf("constant %g", o.lr)
	}
	total := updates * o.epochs
	warmup := min(200, updates, total/2)
	return lrsched.Warmup{Steps: warmup, Then: lrsched.Cosine{Base: o.lr, Final: o.lr / 100, From: warmup, To: max(total, warmup+1)}},
		fmt.Sprintf("cosine %g to %g over %d updates, %d of them warm-up", o.lr, o.lr/100, total, warmup)
}
