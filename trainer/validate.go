package trainer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/datasets"
	"descent/internal/caught"
	"descent/internal/isnil"
	"descent/optimizers"
)

// validate reports the first setting of the trainer that is missing or out of
// range, or does not fit the data.
func (t *Trainer) validate(ctx context.Context, train, test datasets.Dataset) error {
	if err := checkFit(ctx, t.Model, t.Rule, t.BatchSize, train); err != nil {
		return err
	}
	switch {
	case isnil.Value(t.Schedule):
		return badSetting("Schedule", "nil", "a schedule, e.g. lrsched.Constant(0.1)")
	case t.Epochs <= 0:
		return badSetting("Epochs", t.Epochs, "1 or more")
	case !(t.SAM >= 0) || math.IsInf(t.SAM, 1):
		return badSetting("SAM", t.SAM, "a finite number, 0 or more")
	case t.Accumulate < 0:
		return badSetting("Accumulate", t.Accumulate, "0 or more")
	case t.Order < NewOrder || t.Order > GivenOrder:
		return badSetting("Order", t.Order, "NewOrder, FixedOrder or GivenOrder")
	case carrier(t.Model) != nil && t.Order != GivenOrder:
		return badSetting("Order", t.Order, "GivenOrder, since the model carries its state from batch to batch")
	case t.OnNotFinite != EndRun && t.OnNotFinite != SkipBatch:
		return badSetting("OnNotFinite", int(t.OnNotFinite), "EndRun or SkipBatch")
	case t.EvalEvery < 0:
		return badSetting("EvalEvery", t.EvalEvery, "0 or more")
	case t.EvalEverySteps < 0:
		return badSetting("EvalEverySteps", t.EvalEverySteps, "0 or more")
	}
	if err := checkMetrics(t.Metrics); err != nil {
		return err
	}
	if test != nil {
		if err := checkData("the test data", test); err != nil {
			return err
		}
		if err := checkCarried(t.Model, "the test data", test, "BatchSize", t.BatchSize); err != nil {
			return err
		}
		if a, b := train.InputShape(), test.InputShape(); !slices.Equal(a, b) {
			return fmt.Errorf("the test data has inputs of shape %v: want %v, as in the training data", b, a)
		}
	}
	if t.EarlyStopping != nil {
		if test == nil {
			return errors.New("EarlyStopping is set, but the test data is nil: want test data to watch")
		}
		if err := t.EarlyStopping.validate(t.Metrics); err != nil {
			return err
		}
	}
	if t.Plateau != nil {
		if test == nil {
			return errors.New("a Plateau is set, but the test data is nil: want test data to watch")
		}
		if err := t.Plateau.validate(t.Metrics); err != nil {
			return err
		}
	}
	return nil
}

// checkFit reports the first setting that prevents any training.
func checkFit(ctx context.Context, model Model, rule optimizers.Rule, batchSize int, train datasets.Dataset) error {
	switch {
	case ctx == nil:
		return errors.New("the context is nil: want e.g. context.Background()")
	case isnil.Value(model):
		return badSetting("Model", "nil", "a Model")
	case isnil.Value(rule):
		return badSetting("Rule", "nil", "an update rule, e.g. optimizers.SGD{}")
	}
	if err := checkData("the training data", train); err != nil {
		return err
	}
	if err := checkCarried(model, "the training data", train, "BatchSize", batchSize); err != nil {
		return err
	}
	if n := train.Len(); batchSize < 1 || batchSize > n {
		return badSetting("BatchSize", batchSize, fmt.Sprintf("[1, %d], the number of training examples", n))
	}
	return nil
}

// badSetting is the error of a field out of range.
func badSetting(field string, value any, want string) error {
	return fmt.Errorf("%s = %v: want %s", field, value, want)
}

// checkData reports a data set that is nil or empty, or that panics when it is
// asked for what validate and evaluate ask again.
func checkData(name string, d datasets.Dataset) (err error) {
	if isnil.Value(d) {
		return fmt.Errorf("%s is nil: want a datasets.Dataset", name)
	}
	method := "Len"
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %T.%s: %w", name, d, method, caught.New(r))
		}
	}()
	if d.Len() < 1 {
		return fmt.Errorf("%s is empty: want 1 or more examples", name)
	}
	method = "InputShape"
	d.InputShape()
	return nil
}
