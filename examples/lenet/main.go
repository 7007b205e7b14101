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

	"descent/datasets"
	"descent/datasets/sample"
	"descent/examples/internal/cli"
	"descent/internal/terminal"
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
	train, test, err := load(ctx, o, stderr)
	if err != nil {
		return err
	}
	if o.batch > train.Len() {
		return cli.Usagef("lenet: -batch %d: want at most %d, the number of training images", o.batch, train.Len())
	}
	model, err := nn.NewModel(nn.LeNet(len(train.Classes())), nn.Config{
		Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: o.seed, Threads: o.threads, ISA: o.isa, Sparse: o.sparse,
	})
	if err != nil {
		return err
	}
	defer model.Close()

	schedule, about := o.newSchedule(train.Batches(o.batch))
	r := newReport(o, about, model, train, test)
	show.begin(r)
	t := trainer.Trainer{
		Model: model, Rule: o.rule(), Schedule: schedule,
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
				history.Steps, len(history.Epochs)+1, o.epochs, ctx.Err())
		}
		return fmt.Errorf("lenet: %w", err)
	}
	r.finish(history, model)
	if err := write(o, r, model, stdout); err != nil {
		return err
	}
	if o.profile {
		show.printf("\n%s", model.ProfileTable())
	}
	show.end(o, r)
	return nil
}

// load finds the data that -data asks for.
func load(ctx context.Context, o options, stderr io.Writer) (train, test *datasets.Images, err error) {
	if o.data == "sample" {
		return sample.FashionMNIST()
	}
	var bar *terminal.Progress
	file, begun := "", int64(0)
	defer func() { bar.Done() }()
	return datasets.FashionMNIST(ctx, datasets.Options{
		Dir:      o.data,
		Fallback: sample.FashionMNIST,
		Notice: func(line string) {
			bar.Done()
			fmt.Fprintln(stderr, line)
		},
		Progress: func(p datasets.Progress) {
			if p.File != file {
				bar.Done()
				file, begun = p.File, 0
				bar = terminal.NewProgress(stderr, p.Total, p.File, "bytes")
			}
			bar.Add(p.Done - begun)
			begun = p.Done
		},
	})
}

// write makes the files that were asked for.
func write(o options, r *report, m *nn.Model, stdout io.Writer) error {
	if o.save != "" {
		if err := m.Save(o.save); err != nil {
			return err
		}
	}
	if o.plot != "" {
		if err := r.plot(o.plot); err != nil {
			return err
		}
	}
	if o.report != "" {
		return cli.WriteReport(o.report, stdout, r)
	}
	return nil
}
