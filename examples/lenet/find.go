package main

import (
	"context"
	"fmt"
	"io"

	"descent/datasets"
	"descent/internal/byname"
	"descent/internal/cli"
	"descent/internal/figure"
	"descent/internal/prefix"
	"descent/nn"
	"descent/trainer"
)

// findRate sweeps the learning rate, from a thousandth of the optimizer's usual
// rate to a thousand times it, and prints good ones.
func findRate(ctx context.Context, o options, rule byname.Named, m *nn.Model, train *datasets.Images, show *display, stdout io.Writer) error {
	test := trainer.RangeTest{
		Model: m, Rule: rule.Rule, Groups: rule.Groups, BatchSize: o.batch, Seed: o.seed,
		From: rule.Rate / 1e3, To: rule.Rate * 1e3, Steps: 200,
	}
	s, err := test.Run(ctx, train)
	if err != nil {
		return prefix.Error("lenet", err)
	}
	if s.Steepest == 0 {
		return fmt.Errorf("lenet: -find-lr: the loss never fell at any of %d rates from %.2g", len(s.Rates), test.From)
	}
	failed := cli.WriteFiles(ctx, "lenet", show.Printf,
		cli.Result{What: "figure", Path: o.plot, Write: func(path string) error { return o.plotSweep(path, s) }},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, s) }})
	end := fmt.Sprintf("the loss did not diverge up to the last rate, %.2g", test.To)
	if s.Diverged {
		end = fmt.Sprintf("the loss diverged after %d updates", len(s.Rates))
	}
	show.Printf("%s: %s", o.optimizerName(), end)
	fmt.Fprintf(show.Out, "suggested learning rate: %.2g, where the loss falls fastest; or %.2g, a tenth of the rate with the lowest loss\n", s.Steepest, s.Minimum/10)
	return failed
}

// plotSweep draws loss against rate.
func (o options) plotSweep(path string, s *trainer.Sweep) error {
	return figure.Write(path, figure.Panel{
		Title: "Learning-rate range test: " + o.optimizerName(), XLabel: "learning rate", YLabel: "cross-entropy", LogX: true,
		YRange:   figure.Range{Max: 2 * s.Smoothed[0]},
		Vertical: []figure.Reference{{At: s.Steepest, Label: "steepest"}, {At: s.Minimum, Label: "minimum"}},
		Series: []figure.Series{
			{Name: "batch loss", X: s.Rates, Y: s.Losses},
			{Name: "smoothed", X: s.Rates, Y: s.Smoothed},
		},
	})
}
