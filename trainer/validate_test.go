package trainer

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// empty is a data set without examples.
type empty struct{ datasets.Dataset }

func (empty) Len() int { return 0 }

// crooked is a model whose parameters can be wrong.
type crooked struct {
	*linear
	params []optimizers.Param[float32]
}

func (c crooked) Params() []optimizers.Param[float32] { return c.params }

func TestFitRefuses(t *testing.T) {
	wide, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{1, 2, 3}, Examples: 5})
	require.NoError(t, err)
	type args struct {
		*Trainer
		ctx         context.Context
		train, test datasets.Dataset
	}
	p := func(name string, values, gradients int) optimizers.Param[float32] {
		return optimizers.Param[float32]{Name: name, Shape: []int{2}, Value: make([]float32, values), Grad: make([]float32, gradients)}
	}
	with := func(a *args, params ...optimizers.Param[float32]) { a.Model = crooked{newLinear(2), params} }
	for want, change := range map[string]func(*args){
		"trainer: the context is nil: want e.g. context.Background()":                               func(a *args) { a.ctx = nil },
		"trainer: Model = nil: want a Model":                                                        func(a *args) { a.Model = nil },
		"trainer: Rule = nil: want an update rule, e.g. optimizers.SGD{}":                           func(a *args) { a.Rule = nil },
		"trainer: Schedule = nil: want a schedule, e.g. lrsched.Constant(0.1)":                      func(a *args) { a.Schedule = nil },
		"trainer: Schedule: Cosine: To = 0: want more than From, 0":                                 func(a *args) { a.Schedule = lrsched.Cosine{Base: 1} },
		"trainer: SGD: Momentum = 1.2: want [0, 1)":                                                 func(a *args) { a.Rule = optimizers.SGD{Momentum: 1.2} },
		"trainer: Epochs = 0: want 1 or more":                                                       func(a *args) { a.Epochs = 0 },
		"trainer: Epochs = -3: want 1 or more":                                                      func(a *args) { a.Epochs = -3 },
		"trainer: BatchSize = 0: want [1, 22], the number of training examples":                     func(a *args) { a.BatchSize = 0 },
		"trainer: BatchSize = 23: want [1, 22], the number of training examples":                    func(a *args) { a.BatchSize = 23 },
		"trainer: Clip: Norm = -1: want a finite number, 0 or more (0 means no limit)":              func(a *args) { a.Clip = optimizers.Clip{Norm: -1} },
		"trainer: Config: Groups[0]: takes none of the 2 parameters (Names [\"x\"], Vectors false)": func(a *args) { a.Groups = []optimizers.Group{{Names: []string{"x"}}} },
		"trainer: Order = Order(3): want NewOrder, FixedOrder or GivenOrder":                        func(a *args) { a.Order = 3 },
		"trainer: Order = Order(-1): want NewOrder, FixedOrder or GivenOrder":                       func(a *args) { a.Order = -1 },
		"trainer: Accumulate = -1: want 0 or more":                                                  func(a *args) { a.Accumulate = -1 },
		"trainer: EvalEvery = -1: want 0 or more":                                                   func(a *args) { a.EvalEvery = -1 },
		"trainer: EvalEverySteps = -1: want 0 or more":                                              func(a *args) { a.EvalEverySteps = -1 },
		"trainer: metric 1: TopK: k = 0: want 1 or more":                                            func(a *args) { a.Metrics = []Metric{Accuracy(), TopK(0)} },
		"trainer: metric 0: Name is empty: want a unique name":                                      func(a *args) { a.Metrics = []Metric{{}} },
		`trainer: metric "x": Sum is nil: want a function, or Sums, Add and Value`:                  func(a *args) { a.Metrics = []Metric{{Name: "x"}} },
		`trainer: metric "accuracy": duplicate name: want unique names`:                             func(a *args) { a.Metrics = []Metric{Accuracy(), Accuracy()} },
		`trainer: metric "loss": the name is taken by the model's loss: want another`:               func(a *args) { a.Metrics = []Metric{{Name: "loss", Sum: Accuracy().Sum}} },
		"trainer: the training data is nil: want a datasets.Dataset":                                func(a *args) { a.train = nil },
		"trainer: the training data is empty: want 1 or more examples":                              func(a *args) { a.train = empty{a.train} },
		"trainer: the test data is empty: want 1 or more examples":                                  func(a *args) { a.test = empty{a.train} },
		"trainer: the test data is nil: want a datasets.Dataset":                                    func(a *args) { a.test = (*datasets.Slices)(nil) },
		"trainer: the test data has inputs of shape [3]: want [2], as in the training data":         func(a *args) { a.test = wide },
		"trainer: EarlyStopping is set, but the test data is nil: want test data to watch":          func(a *args) { a.EarlyStopping, a.test = &EarlyStopping{Patience: 1}, nil },
		"trainer: EarlyStopping: Patience = 0: want 1 or more":                                      func(a *args) { a.EarlyStopping = &EarlyStopping{} },
		"trainer: EarlyStopping: MinDelta = -0.5: want a finite number, 0 or more":                  func(a *args) { a.EarlyStopping = &EarlyStopping{Patience: 1, MinDelta: -.5} },
		`trainer: EarlyStopping: Metric = "acc": want empty, for the loss, or one of the trainer's Metrics ["accuracy"]`: func(a *args) {
			a.Metrics, a.EarlyStopping = []Metric{Accuracy()}, &EarlyStopping{Metric: "acc", Patience: 1}
		},
		"trainer: no parameters: want 1 or more":                             func(a *args) { with(a) },
		`trainer: parameters 0 and 1 are both named "w": want unique names`:  func(a *args) { with(a, p("w", 2, 2), p("w", 2, 2)) },
		`trainer: parameter "w": Value has 3 elements: want 2 for shape [2]`: func(a *args) { with(a, p("w", 3, 3)) },
		`trainer: parameter "w": Grad has 1 elements: want 2 for shape [2]`:  func(a *args) { with(a, p("w", 2, 1)) },
	} {
		t.Run(want, func(t *testing.T) {
			model := newLinear(2)
			a := &args{basic(model), t.Context(), data(t, 22), data(t, 4)}
			a.Hooks = []Hook{{FitStart: func(*State) error { t.Error("hook called"); return nil }, FitEnd: func(*State) error { t.Error("hook called"); return nil }}}
			change(a)
			for range 2 { // and with accumulation
				history, err := a.Fit(a.ctx, a.train, a.test)
				assert.EqualError(t, err, want)
				assert.Nil(t, history)
				assert.Zero(t, model.steps)
				if a.Accumulate == 0 {
					a.Accumulate = 2
				}
			}
		})
	}
	tr := basic((*linear)(nil))
	_, err = tr.Fit(t.Context(), data(t, 22), nil)
	assert.EqualError(t, err, "trainer: Model = nil: want a Model")
}
