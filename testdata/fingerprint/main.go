// Command fingerprint prints what a program computes with the module, a line for
// each part: a name and a hash of all bits. Built for other processors, it
// prints the same.
package main

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
	"descent/optimizers/bench/workloads"
	"descent/optimizers/minimize"
	"descent/trainer"
)

// part prints the hash of what f writes. Numbers are written in hexadecimal.
func part(name string, f func(h hash.Hash) error) {
	h := fnv.New64a()
	if err := f(h); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	fmt.Printf("%s %016x\n", name, h.Sum64())
}

func write[T float32 | float64](h hash.Hash, values ...T) {
	for _, v := range values {
		fmt.Fprintf(h, "%x ", v)
	}
}

func main() {
	schedules()
	rules()
	initializers()
	part("autograd", expression)
	part("minimize", minimizers)
	part("datasets", data)
	statistics()
	for _, w := range []workloads.Function{workloads.Quadratic(), workloads.Rosenbrock()} {
		part("bench "+w.About.Name, func(h hash.Hash) error { return benchmark(h, w) })
	}
	networks()
}

func schedules() {
	for _, s := range []lrsched.Schedule{
		lrsched.Cosine{Base: .3, Final: .01, From: 3, To: 1990},
		lrsched.CosineRestarts{Base: .3, Final: .01, First: 7, Mult: 2},
		lrsched.Cyclic{Base: .01, Max: .3, Up: 13, Down: 7},
		lrsched.Cyclic{Base: .01, Max: .3, Up: 13, Mode: lrsched.ExpRange, Gamma: .99},
		lrsched.ExponentialDecay(.3, .01),
		lrsched.Factor{Base: .3, Factor: .97, Every: 1, Floor: 1e-5},
		lrsched.InverseTime{Base: .3, Decay: .017},
		lrsched.Linear{Base: .3, Final: .01, From: 3, To: 1990},
		lrsched.MultiFactor{Base: .3, Factor: .7, Milestones: []int{3, 70, 900}},
		lrsched.Noam{Factor: .3, Width: 510, Warmup: 70},
		lrsched.DefaultOneCycle(.3, 1990),
		lrsched.Poly{Base: .3, Final: .01, Power: 1.7, To: 1990},
		lrsched.Polynomial{Base: .3, Alpha: .7, Beta: .1},
		lrsched.SquareRoot{Base: .3},
		lrsched.Step{Base: .3, Factor: .7, Every: 30},
		lrsched.Trapezoid{Base: .3, Begin: .01, Final: .02, Up: 70, Hold: 900, Down: 700},
		lrsched.Warmup{Steps: 70, Begin: .01, Then: lrsched.Cosine{Base: .3, Final: .01, To: 1990}},
	} {
		part(fmt.Sprintf("%T", s), func(h hash.Hash) error {
			for i := range 2000 {
				write(h, s.At(i))
			}
			return lrsched.Validate(s)
		})
	}
}

func rules() {
	adam := optimizers.DefaultAdam()
	adamax, nadam, lamb, lars := optimizers.DefaultAdamax(), optimizers.DefaultNAdam(), optimizers.DefaultLAMB(), optimizers.DefaultLARS()
	amsgrad, centered := adam, optimizers.DefaultRMSProp()
	amsgrad.AMSGrad, centered.Centered, centered.Momentum = true, true, .7
	for i, r := range []optimizers.Rule{
		optimizers.SGD{Momentum: .9, Nesterov: true, WeightDecay: .01},
		optimizers.DefaultAdadelta(), optimizers.DefaultAdagrad(),
		adam, amsgrad, optimizers.DefaultAdamW(), adamax, nadam, optimizers.DefaultRAdam(), optimizers.DefaultRMSProp(), centered,
		optimizers.DefaultRprop(), optimizers.DefaultYogi(), optimizers.DefaultLion(), lamb, lars, optimizers.DefaultMuon(),
		optimizers.DefaultProdigy(), optimizers.DefaultEWA(), optimizers.DefaultEMA(adam), optimizers.DefaultLookahead(adam),
		optimizers.SWA{Rule: adam, Start: 3, Every: 2},
		optimizers.DefaultScheduleFreeAdamW(), optimizers.DefaultScheduleFreeSGD(),
		optimizers.SGLD{Examples: 1, PriorPrecision: .1},
		optimizers.DefaultAdaBelief(), optimizers.DefaultNAdamW(), optimizers.DefaultADOPT(),
		optimizers.Adan{Beta1: .9, Beta2: .8, Beta3: .9, Eps: 1e-8, WeightDecay: .1},
		optimizers.AdEMAMix{Beta1: .9, Beta2: .99, Beta3: .999, Alpha: 5, Eps: 1e-8, AlphaWarmup: 30, Beta3Warmup: 30},
		optimizers.DefaultMARS(), optimizers.DefaultAdafactor(), optimizers.DefaultNorMuon(), optimizers.DefaultPSGDKron(),
		optimizers.Cautious{Rule: adam}, optimizers.DefaultGrokfast(adam),
		optimizers.DecoupledDecay{Rule: adam, WeightDecay: .1, Cautious: true},
	} {
		clip := []optimizers.Clip{{}, {Norm: .5}, {GlobalNorm: .5}, {Value: .1}, {Adaptive: .1}}[i%5]
		part(fmt.Sprintf("%T %d float32", r, i), func(h hash.Hash) error { return steps[float32](h, r, clip) })
		part(fmt.Sprintf("%T %d float64", r, i), func(h hash.Hash) error { return steps[float64](h, r, clip) })
	}
}

// steps makes forty steps on matrices of random gradients, near a quadratic's.
func steps[T optimizers.Float](h hash.Hash, rule optimizers.Rule, clip optimizers.Clip) error {
	r := rand.New(rand.NewPCG(1, 2))
	var params []optimizers.Param[T]
	for i, columns := range []int{5, 33} {
		p := optimizers.Param[T]{Name: fmt.Sprint(i), Shape: []int{3, columns}, Value: make([]T, 3*columns), Grad: make([]T, 3*columns)}
		for j := range p.Value {
			p.Value[j] = T(r.Float64() - .5)
		}
		params = append(params, p)
	}
	o, err := optimizers.New(rule, params, optimizers.Config{Clip: clip, Seed: 1})
	if err != nil {
		return err
	}
	for range 40 {
		for _, p := range params {
			for j := range p.Grad {
				p.Grad[j] = p.Value[j] + T(.3*(r.Float64()-.5))
			}
		}
		if err := o.Step(.0123); err != nil {
			return err
		}
	}
	for _, s := range o.State().Slots {
		write(h, s.Values...)
	}
	o.Swap()
	for _, p := range params {
		write(h, p.Value...)
	}
	return nil
}

func initializers() {
	for _, i := range []nn.Initializer{
		nn.Normal{SD: .3},
		nn.TruncatedNormal{Mean: .1, SD: .3},
		nn.Uniform{Low: -.3, High: .7},
		nn.XavierNormal{Gain: 1.7},
		nn.XavierUniform{Gain: 1.7},
		nn.HeNormal{},
		nn.HeUniform{},
		nn.TorchDefault{},
	} {
		part(fmt.Sprintf("%T", i), func(h hash.Hash) error {
			v := make([]float32, 300_000)
			err := i.Init(v, nn.Fans{In: 7, Out: 13}, rand.New(rand.NewPCG(1, 2)))
			write(h, v...)
			return err
		})
	}
}

func expression(h hash.Hash) error {
	f := func(x autograd.Var) autograd.Var {
		return x.Sin().Add(x.Cos()).Mul(x.Tanh()).Add(x.Sinh().Div(x.Cosh())).Add(x.Exp().Mul(x.Square()).Sqrt()).Add(x.Pow(autograd.Const(3))).Sum()
	}
	x := make([]float64, 500)
	for i := range x {
		x[i] = float64(i)/100 - 2.503
	}
	y, grad, err := autograd.Gradient(f, x)
	write(h, y)
	write(h, grad...)
	return err
}

func minimizers(h hash.Hash) error {
	valley := func(x, grad []float64) (float64, error) {
		a, b := 1-x[0], x[1]-float64(x[0]*x[0])
		if grad != nil {
			grad[0], grad[1] = float64(-2*a)-float64(400*x[0]*b), float64(200*b)
		}
		return float64(a*a) + float64(100*b*b), nil
	}
	for _, by := range []minimize.Stepper{
		minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{}},
		minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Tolerance: 1e-9}},
		minimize.Descent{Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(.03)},
	} {
		path, err := minimize.Run(context.Background(), valley, []float64{-1.2, 1}, 60, by)
		fmt.Fprintf(h, "%x %v", path, err)
	}
	return nil
}

func data(h hash.Hash) error {
	s, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: .01, Examples: 1000, Seed: 1})
	if err != nil {
		return err
	}
	rows := make([]int, s.Len())
	for i := range rows {
		rows[i] = i
	}
	var b datasets.Batch
	if err := s.Gather(&b, rows); err != nil {
		return err
	}
	write(h, b.Inputs...)
	write(h, b.Targets...)
	var text strings.Builder
	for i := range rows {
		fmt.Fprintf(&text, "%v,%v\n", b.Inputs[2*i], b.Targets[i])
	}
	table, err := datasets.ReadCSV(strings.NewReader(text.String()), datasets.CSV{})
	if err != nil {
		return err
	}
	mean, sd, err := table.Standardize()
	write(h, mean...)
	write(h, sd...)
	return err
}

func statistics() {
	r := rand.New(rand.NewPCG(1, 2))
	a, b, p, censored := make([]float64, 31), make([]float64, 31), make([]float64, 31), make([]bool, 31)
	for i := range a {
		a[i], b[i], p[i], censored[i] = 1+r.Float64(), 1.1+r.Float64(), r.Float64(), r.Float64() < .2
	}
	part("stats Summarize", all(stats.Summarize(a)))
	part("stats BootstrapMean", all(stats.BootstrapMean(a, .95, 1000, 1)))
	part("stats GeometricMeanRatio", all(stats.GeometricMeanRatio(a, b)))
	part("stats MaxT", all(stats.MaxT([][]float64{a, b, p}, 1000, 1)))
	part("stats MaxTIntervals", all(stats.MaxTIntervals([][]float64{a, b, p}, .95, 1000, 1)))
	part("stats ExpectedBest", all(stats.ExpectedBest(a, stats.Minimize, math.Inf(1))))
	part("stats KaplanMeier", all(stats.KaplanMeier(a, censored)))
}

// all writes values, at full precision.
func all(values ...any) func(hash.Hash) error {
	return func(h hash.Hash) error {
		_, err := fmt.Fprintln(h, values...)
		return err
	}
}

func benchmark(h hash.Hash, w workloads.Function) error {
	curve, err := w.Run(context.Background(), bench.Run{
		Rule: optimizers.DefaultAdam(), Seed: 1, Epochs: 2, Threads: 1,
		Schedule: func(int) (lrsched.Schedule, error) { return lrsched.Constant(.01), nil },
	})
	for _, p := range curve.Points {
		write(h, p.Loss, p.Metric)
	}
	return err
}

func networks() {
	images, _, err := sample.FashionMNIST()
	if err != nil {
		panic(err)
	}
	for _, isa := range []lanes.ISA{lanes.ISAGo, lanes.ISAAuto} {
		part(fmt.Sprintf("activations isa=%v", isa), func(h hash.Hash) error {
			net := nn.Sequential(
				nn.Noise{SD: .1}, nn.Dropout{Rate: .2, Channels: true}, nn.Flatten{}, nn.Dense{Units: 20}, nn.GELU{}, nn.Dense{Units: 20}, nn.GELU{Tanh: true}, nn.Dense{Units: 20}, nn.SiLU{},
				nn.ELU{}, nn.LeakyReLU{}, nn.Softplus{}, nn.Softmax{}, nn.Dense{Units: 10})
			return network(h, net, nn.Config{ISA: isa, Loss: nn.SoftmaxCrossEntropy{Smoothing: .1, ClassWeights: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}, images)
		})
		for _, skip := range []lanes.SkipZeros{lanes.SkipAuto, lanes.SkipNever, lanes.SkipAlways} {
			config := nn.Config{ISA: isa, SkipZeros: skip}
			setting := fmt.Sprintf("isa=%v skip-zeros=%v", isa, skip)
			part("LeNet "+setting, func(h hash.Hash) error { return network(h, nn.LeNet(10), config, images) })
			part("ClassicLeNet "+setting, func(h hash.Hash) error { return network(h, nn.ClassicLeNet(10), config, images) })
		}
	}
}

// network trains with all that the trainer has, for a few updates.
func network(h hash.Hash, net nn.Layer, config nn.Config, images *datasets.Images) error {
	config.Input, config.Seed, config.Threads = []int{1, 28, 28}, 1, 2
	if config.Loss == nil {
		config.Loss = nn.SoftmaxCrossEntropy{}
	}
	test, train, err := datasets.Split(images, 32, 1)
	if err == nil {
		train, _, err = datasets.Split(train, 150, 1)
	}
	if err != nil {
		return err
	}
	m, err := nn.NewModel(net, config)
	if err != nil {
		return err
	}
	defer m.Close()
	range_, err := trainer.RangeTest{Model: m, Rule: optimizers.SGD{}, BatchSize: 16, Steps: 5}.Run(context.Background(), train)
	if err != nil {
		return err
	}
	write(h, range_.Smoothed...)
	fit := trainer.Trainer{
		Model: m, Rule: optimizers.DefaultAdamW(), Schedule: lrsched.Cosine{Base: .003, To: 12}, Epochs: 2, BatchSize: 16, Seed: 1,
		Clip: optimizers.Clip{GlobalNorm: 1}, Accumulate: 3, SAM: .05, Metrics: []trainer.Metric{trainer.Accuracy()},
	}
	history, err := fit.Fit(context.Background(), train, test)
	if err != nil {
		return err
	}
	for _, r := range history.Epochs {
		fmt.Fprintf(h, "%x ", r.Train)
		if r.Test != nil {
			fmt.Fprintf(h, "%x ", *r.Test)
		}
	}
	fmt.Fprint(h, m.Fingerprint())
	return nil
}
