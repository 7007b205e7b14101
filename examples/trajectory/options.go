package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"descent/internal/byname"
	"descent/internal/cli"
	"descent/internal/figure"
	"descent/lrsched"
)

const about = `
Trajectory runs update rules on a function and records their paths.

	go run ./examples/trajectory
	go run ./examples/trajectory -f ravine -lr 0.6 -rule sgd -rule momentum -set momentum=0.5 -plot out.svg
	go run ./examples/trajectory -f rosenbrock -rule adam -set beta1=0.8,eps=1e-6 -lr 0.05 -steps 200 -report -
	go run ./examples/trajectory -f xcos -rule newton -lr 0.5 -steps 10

Functions, with the default start:
%s
Rules, with the default learning rate:
%s
Repeat -rule to run several rules. -lr, -set, -schedule and -schedule-set apply
to the rule before them; before the first rule, they are defaults for all rules.
All runs have the same start, steps, noise and seed.

-set sets a rule's fields in snake_case (momentum, dampening, nesterov,
weight_decay, rho, beta1, eps, …), and -schedule-set a schedule's. An unknown
name is an error that lists the known ones.

The rules in the second group (newton, …) use Hessians or several evaluations per
step, and do not support -noise. newton-cg, line-search (finds a zero of the slope)
and backtracking (Armijo) choose their own step length and do not support -lr.

Schedule-free rules, ema and swa are evaluated at an average of the iterates. The
points are these averages; "training_points" in the report are the points where
the gradients are taken.`

// options are the flags of the command.
type options struct {
	f                    function
	name                 string
	coefficients         []float64
	x0                   []float64 // the start
	all                  spec      // the defaults: -lr and so on before the first -rule
	specs                []spec
	steps                int
	noise                float64
	seed                 uint64
	plotFile, reportFile string
	quiet                bool
}

// spec holds the flags of one run.
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
	f.Func("coef", "coefficients `c1,c2,…` of the function quadratic (default 1,10)", floats(&o.coefficients))
	f.Func("x0", "start, as numbers `x1,x2,…`", floats(&o.x0))
	f.Func("rule", "`name` of an update rule (default sgd)", func(s string) error {
		o.specs = append(o.specs, spec{rule: s})
		return nil
	})
	f.Func("lr", "learning `rate` (default: the rule's, listed above)", func(s string) (err error) {
		to := o.current()
		to.rated = true
		to.lr, err = number(s)
		return err
	})
	f.Func("set", "fields of the rule, as `name=value,…`", func(s string) error {
		o.current().set = join(o.current().set, s)
		return nil
	})
	f.Func("schedule", "learning-rate schedule, by `name`: "+strings.Join(byname.Schedules(), ", ")+" (default constant)", func(s string) error {
		o.current().schedule = s
		return nil
	})
	f.Func("schedule-set", "fields of the schedule, as `name=value,…`", func(s string) error {
		o.current().scheduleSet = join(o.current().scheduleSet, s)
		return nil
	})
	f.IntVar(&o.steps, "steps", 20, "updates per run")
	f.Float64Var(&o.noise, "noise", 0, "standard deviation (`scale`) of normal noise added to each gradient component")
	f.Uint64Var(&o.seed, "seed", 1, "`seed` of the noise and of rules that draw random numbers")
	f.StringVar(&o.plotFile, "plot", "", "plot the paths to a `FILE.svg` or .png")
	f.StringVar(&o.reportFile, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only one line per run")
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

// current returns the run that a flag applies to.
func (o *options) current() *spec {
	if len(o.specs) == 0 {
		return &o.all
	}
	return &o.specs[len(o.specs)-1]
}

// check reports values out of range, and sets the function and the start.
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
		return cli.Usagef("trajectory: -noise %v: want 0 or more, finite", o.noise)
	}
	if err := o.f.fits(o.x0); err != nil {
		return err
	}
	for _, s := range append([]spec{o.all}, o.specs...) {
		if err := lrsched.Validate(lrsched.Constant(s.lr)); err != nil {
			return cli.Usagef("trajectory: -lr %v: want 0 or more, finite", s.lr)
		}
	}
	if o.plotFile != "" {
		if _, err := figure.FormatOf(o.plotFile); err != nil {
			return cli.Usagef("trajectory: -plot: %v", err)
		}
	}
	return nil
}

// maxSteps is more than a figure can show.
const maxSteps = 1e6

// with returns the settings of a run, with defaults where it has none.
func (s spec) with(all spec) spec {
	if !s.rated {
		s.lr, s.rated = all.lr, all.rated
	}
	s.set = join(all.set, s.set)
	if s.schedule == "" { // the default fields belong to the default schedule
		s.schedule, s.scheduleSet = all.schedule, join(all.scheduleSet, s.scheduleSet)
	}
	if s.schedule == "" {
		s.schedule = "constant"
	}
	return s
}

// join concatenates two lists of assignments. The last assignment to a name wins.
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
	return v, nil // out of range, it is infinite
}

func numbers(x []float64) string {
	text := make([]string, len(x))
	for i, v := range x {
		text[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Join(text, ",")
}
