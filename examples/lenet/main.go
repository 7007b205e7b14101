// Lenet trains LeNet-5 on Fashion-MNIST and prints its test accuracy.
//
//	go run ./examples/lenet
//
// It looks for the data on the machine, then downloads it. Offline, it trains
// on an embedded sample. See -h for the flags.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/internal/terminal"
	"descent/lrsched"
	"descent/nn"
	"descent/nn/modelfile"
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
		return prefix.Error("lenet", err)
	}
	if o.batch > train.Len() {
		return cli.Usagef("lenet: -batch %d: want 1 to %d, the number of training images", o.batch, train.Len())
	}
	model, err := nn.NewModel(nn.LeNet(len(train.Classes())), nn.Config{
		Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: o.seed, Threads: o.threads, ISA: o.isa, SkipZeros: o.skipZeros,
	})
	if err != nil {
		return prefix.Error("lenet", err)
	}
	defer terminal.Wait(ctx, func() error { // an abandoned Save still holds the model
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
		Hooks:   []trainer.Hook{show.hook(train.Len(), o.batch)},
	}
	kept, err := openRun(ctx, o, show, train, test, &t)
	if err != nil {
		return err
	}
	if o.profile {
		if err := model.Profile(); err != nil {
			return prefix.Error("lenet", err)
		}
	}
	history, err := t.Fit(ctx, train, test)
	if kept != nil {
		err = errors.Join(err, kept.Close())
	}
	if err != nil {
		if errors.Is(err, context.Canceled) && history != nil {
			return o.interrupted(ctx, history)
		}
		steps := 0
		if t.Resume != nil {
			steps = t.Resume.Step()
		}
		return o.explain(err, steps, train.Batches(o.batch))
	}
	r.finish(history, model)
	if o.profile {
		show.Printf("\n%s", model.ProfileTable())
	}
	err = cli.WriteFiles(ctx, "lenet", show.Printf,
		cli.Result{What: "weights", Path: o.save, Write: func(path string) error {
			return modelfile.Save(path, model, modelfile.Info{Classes: train.Classes()})
		}},
		cli.Result{What: "figure", Path: o.plot, Write: r.plot},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	show.end(o, r) // print the result even if a file cannot be written
	return err
}

// epochOf returns the number of the epoch in which a run was interrupted. A
// record without a test score was interrupted in its evaluation.
func epochOf(h *trainer.History) int {
	if last := h.Last(); last != nil && last.Test == nil {
		return last.Epoch
	}
	return len(h.Epochs) + 1
}
