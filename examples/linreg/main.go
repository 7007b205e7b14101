// Linreg fits a linear regression to NASA's airfoil data by minibatch
// stochastic gradient descent, as in section 11.5 of Dive into Deep Learning.
//
//	go run ./examples/linreg
//
// It runs ten seeds and prints the final loss of each and their mean. One seed
// may end outside the range of the book's figures; the mean does not. See -h for
// the flags.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"descent/datasets"
	"descent/internal/cli"
	"descent/internal/figure"
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"gonum.org/v1/gonum/stat"
)

func main() { os.Exit(cli.Main(run)) }

const about = `
Linreg fits a linear regression to NASA's airfoil data by minibatch SGD.

	go run ./examples/linreg                      batches of 10, rate 0.05, two epochs, ten seeds
	go run ./examples/linreg -batch 1500 -lr 1    full-batch gradient descent
	go run ./examples/linreg -plot loss.svg

The loss is half the mean squared error over all 1,500 rows. The minimum for a
linear model is 0.24169.`

type options struct {
	epochs, batch, seeds int
	lr                   float64
	seed                 uint64
	plot, report         string
	quiet                bool
}

// report is what -report writes.
type report struct {
	Model     string  `json:"model"`
	Dataset   string  `json:"dataset"`
	Examples  int     `json:"examples"`
	Optimizer string  `json:"optimizer"`
	LR        float64 `json:"learning_rate"`
	Batch     int     `json:"batch"`
	Epochs    int     `json:"epochs"`
	Runs      []fit   `json:"runs"`
	MeanLoss  float64 `json:"mean_loss"`
	SDLoss    float64 `json:"sd_loss"` // sample standard deviation; 0 for one run
}

// fit is the result of one seed.
type fit struct {
	Seed    uint64    `json:"seed"`
	Loss    float64   `json:"loss"`
	Weight  []float32 `json:"weight"`
	Bias    float32   `json:"bias"`
	SHA256  string    `json:"weights_sha256"`
	Seconds float64   `json:"seconds"` // per epoch, without evaluation

	curve figure.Series
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	data, err := datasets.Airfoil()
	if err != nil {
		return prefix.Error("linreg", err)
	}
	if o.batch > data.Len() {
		return cli.Usagef("linreg: -batch %d: want 1 to %d, the number of rows", o.batch, data.Len())
	}
	out := cli.ForPeople(o.report, stdout, stderr)
	r := report{
		Model: "linear regression", Dataset: "airfoil self-noise", Examples: data.Len(),
		Optimizer: "sgd", LR: o.lr, Batch: o.batch, Epochs: o.epochs,
	}
	var losses []float64
	for i := range o.seeds {
		f, err := o.fit(ctx, data, o.seed+uint64(i))
		if err != nil {
			return prefix.Error("linreg", err, fmt.Sprintf("seed %d", o.seed+uint64(i)))
		}
		r.Runs, losses = append(r.Runs, f), append(losses, f.Loss)
		if !o.quiet {
			fmt.Fprintf(out, "seed %2d: loss %.6f after %d epochs of %.2f ms\n", f.Seed, f.Loss, o.epochs, 1e3*f.Seconds)
		}
	}
	r.MeanLoss = stat.Mean(losses, nil)
	if len(losses) > 1 {
		r.SDLoss = stat.StdDev(losses, nil)
	}
	return o.finish(ctx, &r, stdout, out)
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := cli.Flags("linreg", about, stderr)
	f.IntVar(&o.epochs, "epochs", 2, "passes over the rows")
	f.IntVar(&o.batch, "batch", 10, "rows per minibatch")
	f.Float64Var(&o.lr, "lr", 0.05, "learning `rate`")
	f.Uint64Var(&o.seed, "seed", 1, "first `seed`, for the initial weights and the order of the rows")
	f.IntVar(&o.seeds, "seeds", 10, "number of runs, each with the next seed")
	f.StringVar(&o.plot, "plot", "", "plot the loss of each run to a `FILE.svg` or .png")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the mean")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	for _, v := range []struct {
		flag  string
		value int
	}{{"epochs", o.epochs}, {"batch", o.batch}, {"seeds", o.seeds}} {
		if v.value < 1 {
			return o, cli.Usagef("linreg: -%s %d: want 1 or more", v.flag, v.value)
		}
	}
	if err := lrsched.Validate(lrsched.Constant(o.lr)); err != nil {
		return o, cli.Usagef("linreg: -lr %v: %v", o.lr, err)
	}
	if o.plot != "" {
		if _, err := figure.FormatOf(o.plot); err != nil {
			return o, cli.Usagef("linreg: -plot: %v", err)
		}
	}
	return o, cli.CheckFiles(f, cli.File{Flag: "plot", Path: o.plot}, cli.File{Flag: "report", Path: o.report})
}

// fit trains one model. It measures the loss over all rows four times per epoch
// and at the end.
func (o options) fit(ctx context.Context, data *datasets.Slices, seed uint64) (fit, error) {
	model, err := nn.NewModel(nn.LinearRegression(), nn.Config{
		Input: data.InputShape(), Loss: nn.SquaredError{Half: true}, Seed: seed, Threads: 1,
	})
	if err != nil {
		return fit{}, err
	}
	defer model.Close()
	updates := data.Batches(o.batch)
	t := trainer.Trainer{
		Model: model, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(o.lr),
		Epochs: o.epochs, BatchSize: o.batch, Seed: seed, EvalEverySteps: (updates + 3) / 4,
	}
	history, err := t.Fit(ctx, data, data)
	if err != nil {
		return fit{}, err
	}
	f := fit{Seed: seed, Loss: history.Last().Test.Loss, SHA256: model.Fingerprint(), curve: figure.Series{Name: "seed " + strconv.FormatUint(seed, 10)}}
	for _, e := range history.Evaluations {
		f.curve.X = append(f.curve.X, float64(e.Step)/float64(updates))
		f.curve.Y = append(f.curve.Y, e.Test.Loss)
	}
	if n := len(f.curve.X); n == 0 || f.curve.X[n-1] < float64(o.epochs) {
		f.curve.X, f.curve.Y = append(f.curve.X, float64(o.epochs)), append(f.curve.Y, f.Loss)
	}
	for _, e := range history.Epochs {
		f.Seconds += e.Seconds / float64(o.epochs)
	}
	w := model.Params()
	f.Weight, f.Bias = append(f.Weight, w[0].Value...), w[1].Value[0]
	return f, nil
}

// finish writes the files and the last line.
func (o options) finish(ctx context.Context, r *report, stdout, out io.Writer) error {
	printf := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(out, format+"\n", args...)
		}
	}
	err := cli.WriteFiles(ctx, "linreg", printf,
		cli.Result{What: "figure", Path: o.plot, Write: r.plot},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	if !o.quiet || o.report != "-" {
		fmt.Fprintf(out, "mean loss %.6f over %d seeds, standard deviation %.6f\n", r.MeanLoss, len(r.Runs), r.SDLoss)
	}
	return err
}

// plot draws the loss of each run.
func (r *report) plot(path string) error {
	p := figure.Panel{Title: "Airfoil, linear regression", XLabel: "epoch", YLabel: "half the mean squared error"}
	for _, f := range r.Runs {
		p.Series = append(p.Series, f.curve)
	}
	return figure.Write(path, p)
}
