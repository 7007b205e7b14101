package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"descent/examples/internal/byname"
	"descent/examples/internal/cli"
	"descent/internal/figure"
	"descent/lrsched"
)

const about = `
Trajectory runs update rules on a function and records the paths they take.

	go run ./examples/trajectory
	go run ./examples/trajectory -f ravine -lr 0.6 -rule sgd -rule momentum -set momentum=0.5 -plot out.svg
	go run ./examples/trajectory -f rosenbrock -rule adam -set beta1=0.8,eps=1e-6 -lr 0.05 -steps 200 -report -
	go run ./examples/trajectory -f xcos -rule newton -lr 0.5 -steps 10

Functions, with where a run starts if -x0 does not say:
%s
Rules, with the usual learning rate, which they have if -lr does not say:
%s
-rule can be given several times. The -lr, -set, -schedule and -schedule-set
after a rule are that rule's; those before the first rule are every rule's,
unless it has its own. All runs have the same start, steps, noise and seed.

-set takes a rule's fields in snake_case (momentum, dampening, nesterov,
weight_decay, rho, beta1, eps, …) and -schedule-set a schedule's. A name that is
none of them is answered with the list.

newton and the others of the last lines use Hessians or more than one evaluation
a step. They take no -noise; newton-cg, line-search (for a zero of the slope) and
backtracking (Armijo's) find the length of a step themselves and have no rate.

A Schedule-Free rule, and ema and swa, are to be evaluated at an average: the
points are those, and "training_points" of the report those the gradients are
taken at.`

// options are the flags of the command.
type options struct {
	f                    function
	name                 string
	coefficients         []float64
	x0                   []float64 // the start
	all                  spec      // what -lr and the like before the first -rule say
	specs                []spec
	steps                int
	noise                float64
	seed                 uint64
	plotFile, reportFile string
	quiet                bool
}

// spec is what the command line says of one run.
type spec struct {
	rule, set             string
	lr                    float64
	rated                 bool // by -lr
	schedule, scheduleSet string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := cli.Flags("trajectory", fmt.Sprintf(about, functionList(), ruleList()), stderr)
	f.StringVar(&o.name, "f", "bowl", "`name` of the function")
	f.Func("coef", "`c1,c2,…` of the function quadratic (default 1,10)", floats(&o.coefficients))
	f.Func("x0", "the start, as numbers `x1,x2,…`", floats(&o.x0))
	f.Func("rule", "`name` of a rule (default sgd)", func(s string) error {
		o.specs = append(o.specs, spec{rule: s})
		return nil
	})
	f.Func("lr", "learning `rate` (default the rule's usual one)", func(s string) (err error) {
		to := o.current()
		to.rated = true
		to.lr, err = number(s)
		return err
	})
	f.Func("set", "a rule's fields, as `name=value,…`", func(s string) error {
		o.current().set = join(o.current().set, s)
		return nil
	})
	f.Func("schedule", "`name` of a schedule of the rate: "+strings.Join(byname.Schedules(), ", ")+" (default constant)", func(s string) error {
		o.current().schedule = s
		return nil
	})
	f.Func("schedule-set", "a schedule's fields, as `name=value,…`", func(s string) error {
		o.current().scheduleSet = join(o.current().scheduleSet, s)
		return nil
	})
	f.IntVar(&o.steps, "steps", 20, "updates of each run")
	f.Float64Var(&o.noise, "noise", 0, "`scale` (standard deviation) of normal noise on each number of the gradient")
	f.Uint64Var(&o.seed, "seed", 1, "of the noise, and of a rule that draws random numbers")
	f.StringVar(&o.plotFile, "plot", "", "draw the paths to a `FILE.svg` or .png")
	f.StringVar(&o.reportFile, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print a line for each run only")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	if len(o.specs) == 0 {
		o.specs = []spec{{rule: "sgd"}}
	}
	if err := o.check(); err != nil {
		return o, err
	}
	return o, cli.CheckFiles(f, cli.File{Flag: "plot", Path: o.plotFile}, cli.File{Flag: "report", Path: o.reportFile})
}

// current is the run that a flag belongs to.
func (o *options) current() *spec {
	if len(o.specs) == 0 {
		return &o.all
	}
	return &o.specs[len(o.specs)-1]
}

// check reports a value out of range, and finds the function and the start.
func (o *options) check() (err error) {
	if o.f, err = functionOf(o.name, o.coefficients); err != nil {
		return err
	}
	if o.x0 == nil {
		o.x0 = o.f.start
	}
	switch {
	case o.coefficients != nil && o.name != "quadratic":
		return cli.Usagef("trajectory: -coef %s: %s has no coefficients: want -f quadratic", numbers(o.coefficients), o.name)
	case o.steps < 1 || o.steps > maxSteps:
		return cli.Usagef("trajectory: -steps %d: want 1 to %d", o.steps, int(maxSteps))
	case !(o.noise >= 0) || math.IsInf(o.noise, 0):
		return cli.Usagef("trajectory: -noise %v: want a finite number, zero or more", o.noise)
	}
	if err := o.f.fits(o.x0); err != nil {
		return err
	}
	for _, s := range append([]spec{o.all}, o.specs...) {
		if err := lrsched.Constant(s.lr).Validate(); err != nil {
			return cli.Usagef("trajectory: -lr %v: want a finite number, zero or more", s.lr)
		}
	}
	if o.plotFile != "" {
		if _, err := figure.FormatOf(o.plotFile); err != nil {
			return cli.Usagef("trajectory: -plot: %v", err)
		}
	}
	return nil
}

// maxSteps is more than a figure or a reader of the report can do with.
const maxSteps = 1e6

// with is a run's own settings over those of every run.
func (s spec) with(all spec) spec {
	if !s.rated {
		s.lr, s.rated = all.lr, all.rated
	}
	s.set = join(all.set, s.set)
	if s.schedule == "" { // another schedule has other fields
		s.schedule, s.scheduleSet = all.schedule, join(all.scheduleSet, s.scheduleSet)
	}
	if s.schedule == "" {
		s.schedule = "constant"
	}
	return s
}

// join puts lists of assignments together; a later one of a name counts.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "," + b
}

// floats parses a list of finite numbers.
func floats(to *[]float64) func(string) error {
	return func(s string) error {
		var all []float64
		for part := range strings.SplitSeq(s, ",") {
			v, err := number(part)
			if err != nil {
				return err
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%v: want finite numbers separated by commas", v)
			}
			all = append(all, v)
		}
		*to = all
		return nil
	}
}

func number(s string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, fmt.Errorf("%q: want a number", s)
	}
	return v, nil // beyond the range it is infinite
}

func numbers(x []float64) string {
	text := make([]string, len(x))
	for i, v := range x {
		text[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Join(text, ",")
}
