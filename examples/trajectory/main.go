// Trajectory runs update rules on a function of one or more variables and shows
// their paths.
//
//	go run ./examples/trajectory -f rosenbrock -x0 -1.2,1 -rule adam -set beta1=0.8,eps=1e-6 -lr 0.05 -steps 200 -plot out.svg -report -
//
// The functions are expressions of package autograd, so that their gradients and
// Hessians are exact. The rules are those of package optimizers, and Newton's
// method and the line searches of package minimize. Several rules can run from
// the same start and share a figure:
//
//	go run ./examples/trajectory -f ravine -lr 0.6 -rule sgd -rule momentum -set momentum=0.5 -plot out.svg
//
// For two variables the figure shows the paths over the function's contours, for
// one variable the points on its curve, and for more the values against the
// step. A run ends at the first non-finite number. It is reported and drawn up to
// that point, and the command fails with an error.
//
// The report is {function, steps, runs: [{rule, settings, points, values,
// evaluations}]}. The first point of each run is the start. See -h for the
// functions, the rules and the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"descent/autograd"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

func main() { os.Exit(cli.Main(run)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	f, err := o.objective()
	if err != nil {
		return err
	}
	var plans []plan
	for _, s := range o.specs {
		p, err := o.plan(s, f)
		if err != nil {
			return err
		}
		plans = append(plans, p)
	}

	out := cli.ForPeople(o.reportFile, stdout, stderr)
	if !o.quiet {
		fmt.Fprintln(out, o.headline())
	}
	r := report{Function: o.f.name, Coefficients: o.coefficients, Steps: o.steps}
	var failed []error
	for _, p := range plans {
		if err := p.run(ctx, o, f); errors.Is(err, context.Canceled) {
			return fmt.Errorf("trajectory: %s: interrupted after step %d of %d: %w; nothing was written: rerun with the same flags to start over",
				p.brief, max(len(p.Points)-1, 0), o.steps, err)
		} else if err != nil {
			failed = append(failed, prefix.Error("trajectory", err, p.brief))
		}
		r.Runs = append(r.Runs, p.result)
		if !o.quiet || o.reportFile != "-" {
			p.print(out)
		}
	}
	return errors.Join(append(failed, o.write(ctx, &r, f, stdout, out))...)
}

// objective builds the function, and checks it at the start.
func (o options) objective() (*autograd.Objective, error) {
	f, err := autograd.NewObjective(o.f.build, len(o.x0))
	if err != nil {
		return nil, prefix.Error("trajectory", err, o.f.name)
	}
	value, err := f.Evaluate(o.x0, nil)
	if err != nil {
		return nil, prefix.Error("trajectory", err, o.f.name)
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, cli.Usagef("trajectory: -x0 %s: %s is %v there: want a finite value", numbers(o.x0), o.f.name, value)
	}
	return f, nil
}

// run runs the rule until the last step or an error.
func (p *plan) run(ctx context.Context, o options, f *autograd.Objective) error {
	path, err := minimize.Run(ctx, f.Evaluate, o.x0, o.steps, p.stepper)
	p.Points, p.Values, p.Training, p.Evaluations = path.Points, path.Values, path.Training, path.Evaluations
	if p.Points == nil { // the gradient at the start is not finite
		p.Points, p.Values = [][]float64{}, []float64{}
	}
	if errors.Is(err, optimizers.ErrNotFinite) {
		err = prefix.Error("diverged", err)
	}
	if err != nil {
		p.Error = err.Error()
	}
	return err
}

// headline describes what all runs have in common.
func (o options) headline() string {
	text := fmt.Sprintf("%s, %s, from %s, %s", o.f.name, o.f.formula, strings.ReplaceAll(numbers(o.x0), ",", ", "), count(o.steps, "step"))
	if o.noise > 0 {
		text += fmt.Sprintf(", noise %v, seed %d", o.noise, o.seed)
	}
	return text
}

// write writes the figure and the report.
func (o options) write(ctx context.Context, r *report, f *autograd.Objective, stdout, out io.Writer) error {
	printf := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(out, format+"\n", args...)
		}
	}
	return cli.WriteFiles(ctx, "trajectory", printf,
		cli.Result{What: "figure", Path: o.plotFile, Write: func(string) error { return o.plot(r.Runs, f) }},
		cli.Result{What: "report", Path: o.reportFile, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
}
