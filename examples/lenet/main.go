// Lenet trains LeNet-5 on Fashion-MNIST and says how well it does.
//
//	go run ./examples/lenet
//
// The data is looked for on the machine, then downloaded; without a network a
// sample that is built in takes its place. See -h for the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"descent/examples/internal/cli"
	"descent/internal/terminal"
	"descent/lrsched"
	"descent/nn"
	"descent/trainer"
)

func main() { os.Exit(cli.Main(run)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	show := newDisplay(o, stdout, stderr)
	train, test, err := cli.Fashion(ctx, o.data, stderr)
	if err != nil {
		return err
	}
	if o.batch > train.Len() {
		return cli.Usagef("lenet: -batch %d: want at most %d, the number of training images", o.batch, train.Len())
	}
	model, err := nn.NewModel(nn.LeNet(len(train.Classes())), nn.Config{
		Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: o.seed, Threads: o.threads, ISA: o.isa, SkipZeros: o.skipZeros,
	})
	if err != nil {
		return err
	}
	defer terminal.Wait(ctx, func() error { // a Save that was given up holds the model
		model.Close()
		return nil
	})

	rule, err := o.rule(train.Len())
	if err != nil {
		return cli.Usagef("lenet: -optimizer %s: %v", o.optimizer.Value, err)
	}
	if o.findLR {
		return findRate(ctx, o, rule, model, train, show, stdout)
	}
	schedule, about, err := o.newSchedule(rule.Rate, o.epochs*train.Batches(o.batch))
	if err == nil {
		err = lrsched.Check(schedule, o.epochs*train.Batches(o.batch))
	}
	if err != nil {
		return cli.Usagef("lenet: -schedule %s: %v", o.schedule.Value, err)
	}
	r := newReport(o, about, model, train, test)
	show.begin(r)
	t := trainer.Trainer{
		Model: model, Rule: rule.Rule, Groups: rule.Groups, Schedule: schedule,
		Epochs: o.epochs, BatchSize: o.batch, Seed: o.seed,
		Metrics: []trainer.Metric{trainer.Accuracy()},
		Hooks:   []trainer.Hook{show.hook(train.Len())},
	}
	if o.profile {
		if err := model.Profile(); err != nil {
			return err
		}
	}
	history, err := t.Fit(ctx, train, test)
	if err != nil {
		if errors.Is(err, context.Canceled) && history != nil {
			return fmt.Errorf("lenet: interrupted after %d updates, in epoch %d of %d: %w; nothing was saved, and the same flags begin the same run again",
				history.Steps, epochOf(history), o.epochs, ctx.Err())
		}
		return fmt.Errorf("lenet: %w", err)
	}
	r.finish(history, model)
	if o.profile {
		show.printf("\n%s", model.ProfileTable())
	}
	err = cli.WriteFiles(ctx, "lenet", show.printf,
		cli.Result{What: "weights", Path: o.save, Write: model.Save},
		cli.Result{What: "figure", Path: o.plot, Write: r.plot},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	show.end(o, r) // ten epochs are not to be lost with a file
	return err
}

// epochOf returns the number of the epoch in which a run was interrupted; in
// its evaluation, if its record lacks that.
func epochOf(h *trainer.History) int {
	if last := h.Last(); last != nil && last.Test == nil {
		return last.Epoch
	}
	return len(h.Epochs) + 1
}
