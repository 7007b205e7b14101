package descent_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"

	"descent/autograd"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
	"descent/optimizers/bench/stats"
	"descent/optimizers/bench/workloads"
	"descent/optimizers/minimize"
	"descent/trainer"
	gg "gorgonia.org/gorgonia" // a name of deps_test.go
)

// exportedFunctions are the exported functions of the public packages.
var exportedFunctions = []any{
	autograd.CheckGradient, autograd.Const, autograd.Grad, autograd.Gradient, autograd.GradientOf[float32],
	autograd.Hessian, autograd.NewBuilder, autograd.NewEngine, autograd.NewMachine, autograd.NewObjective,
	autograd.Output[float32], autograd.ParseISA, autograd.ParseSparse, autograd.RowShape, autograd.Solver,
	autograd.Wrap,
	nn.ClassicLeNet, nn.LeNet, nn.LinearRegression, nn.MLP, nn.NewModel, nn.ParseISA, nn.ParseSparse, nn.Sequential,
	optimizers.D2LAdadelta, optimizers.D2LAdagrad, optimizers.D2LAdam, optimizers.D2LRMSProp,
	optimizers.DefaultAdadelta, optimizers.DefaultAdagrad, optimizers.DefaultAdam, optimizers.DefaultAdamW,
	optimizers.DefaultAdamax, optimizers.DefaultEMA, optimizers.DefaultEWA, optimizers.DefaultLAMB,
	optimizers.DefaultLARS, optimizers.DefaultLion, optimizers.DefaultLookahead, optimizers.DefaultMuon,
	optimizers.DefaultNAdam, optimizers.DefaultProdigy, optimizers.DefaultRAdam, optimizers.DefaultRMSProp,
	optimizers.DefaultRprop, optimizers.DefaultScheduleFreeAdamW, optimizers.DefaultScheduleFreeSGD,
	optimizers.DefaultYogi, optimizers.MXNetAdam, optimizers.New[float32], optimizers.ProjectL1[float32],
	optimizers.ProjectL2[float32],
	minimize.FromProblem, minimize.Method, minimize.Problem, minimize.Run,
	bench.ConstantRate, bench.CosineRate, bench.Merge, bench.ReadResults,
	stats.BootstrapMean, stats.ExpectedBest, stats.GeometricMeanRatio, stats.Holm, stats.KaplanMeier, stats.Profile,
	stats.Ranks, stats.Separated, stats.SignFlip, stats.SmallestDetectable, stats.SmallestP, stats.Summarize,
	report.Analyse,
	workloads.Airfoil, workloads.All, workloads.DeepOBS, workloads.FMNIST2C2D, workloads.LeNet, workloads.MLP,
	workloads.Optimizers, workloads.Quadratic, workloads.Rosenbrock, workloads.Softmax,
	lrsched.Check, lrsched.DefaultOneCycle, lrsched.ExponentialDecay, lrsched.Validate,
	datasets.Airfoil, datasets.AirfoilColumns, datasets.FashionClasses, datasets.FashionMNIST, datasets.FromSlices,
	datasets.Linear, datasets.NewImages, datasets.ReadCSV, datasets.ReadCSVFile, datasets.ReadIDX,
	datasets.ReadIDXFile, datasets.Split, datasets.Subset,
	sample.FashionMNIST,
	trainer.Accuracy, trainer.DefaultPlateau, trainer.Evaluate, trainer.MeanAbsoluteError, trainer.TopK,
}

// exportedPointers are their exported types.
var exportedPointers = []any{
	new(autograd.Builder), new(autograd.BuilderConfig), new(autograd.Conv2DOptions), new(autograd.Engine),
	new(autograd.EngineConfig), new(autograd.Feed), new(autograd.Function), new(autograd.Machine),
	new(autograd.Objective), new(autograd.OpTime), new(autograd.PoolOptions), new(autograd.Program),
	new(autograd.RuleSolver), new(autograd.Session), new(autograd.Var),
	new(nn.AvgPool2D), new(nn.Config), new(nn.Constant), new(nn.Conv2D), new(nn.Dense), new(nn.Dropout), new(nn.Fans),
	new(nn.Flatten), new(nn.Func), new(nn.HeNormal), new(nn.HeUniform), new(nn.LossFunc), new(nn.MaxPool2D),
	new(nn.Model), new(nn.Normal), new(nn.Predictor), new(nn.ReLU), new(nn.Rows), new(nn.Scope), new(nn.Seq),
	new(nn.Sigmoid), new(nn.SoftmaxCrossEntropy), new(nn.SquaredError), new(nn.Tanh), new(nn.Tensor),
	new(nn.TorchDefault), new(nn.TruncatedNormal), new(nn.Uniform), new(nn.XavierNormal), new(nn.XavierUniform),
	new(optimizers.Adadelta), new(optimizers.Adagrad), new(optimizers.Adam), new(optimizers.AdamW),
	new(optimizers.Adamax), new(optimizers.Clip), new(optimizers.Config), new(optimizers.Correction),
	new(optimizers.EMA), new(optimizers.EWA), new(optimizers.Global), new(optimizers.Group), new(optimizers.LAMB),
	new(optimizers.LARS), new(optimizers.Lion), new(optimizers.Lookahead), new(optimizers.Muon),
	new(optimizers.NAdam), new(optimizers.Optimizer[float32]), new(optimizers.Param[float32]),
	new(optimizers.Preparation[float32]), new(optimizers.Prodigy), new(optimizers.RAdam), new(optimizers.RMSProp),
	new(optimizers.Rprop), new(optimizers.SGD), new(optimizers.SGLD), new(optimizers.SWA),
	new(optimizers.ScheduleFreeAdamW), new(optimizers.ScheduleFreeSGD), new(optimizers.Slot[float32]),
	new(optimizers.State[float32]), new(optimizers.Update[float32]), new(optimizers.Yogi),
	new(minimize.Backtracking), new(minimize.Bisection), new(minimize.Descent), new(minimize.Diagonal),
	new(minimize.Fixed), new(minimize.Hessian), new(minimize.Line), new(minimize.Newton), new(minimize.NewtonCG),
	new(minimize.Objective), new(minimize.Path), new(minimize.Point), new(minimize.Search), new(minimize.Steepest),
	new(bench.Candidate), new(bench.Cell), new(bench.Curve), new(bench.Dimension), new(bench.Entry),
	new(bench.Environment), new(bench.Header), new(bench.Info), new(bench.Listed), new(bench.Optimizer),
	new(bench.Plan), new(bench.Point), new(bench.Progress), new(bench.Published), new(bench.Quoted),
	new(bench.Record), new(bench.Results), new(bench.Run), new(bench.Runner), new(bench.Schedule), new(bench.Setting),
	new(bench.Settings), new(bench.Shard), new(bench.Space), new(bench.Split),
	new(stats.Goal), new(stats.Interval), new(stats.MeanRatio), new(stats.Profiles), new(stats.Summary),
	new(stats.Survival), new(stats.Test),
	new(report.Across), new(report.AcrossEntry), new(report.Comparison), new(report.Edge), new(report.Entry),
	new(report.Estimate), new(report.Options), new(report.Pair), new(report.Report), new(report.Target),
	new(report.Trial), new(report.Workload),
	new(workloads.Data), new(workloads.Fashion), new(workloads.Function), new(workloads.Network),
	new(lrsched.Anneal), new(lrsched.ByEpoch), new(lrsched.BySample), new(lrsched.Chain), new(lrsched.Constant),
	new(lrsched.Cosine), new(lrsched.CosineRestarts), new(lrsched.Cyclic), new(lrsched.CyclicMode),
	new(lrsched.Exponential), new(lrsched.Factor), new(lrsched.InverseTime), new(lrsched.Join), new(lrsched.Linear),
	new(lrsched.MultiFactor), new(lrsched.Noam), new(lrsched.OneCycle), new(lrsched.Piece), new(lrsched.Poly),
	new(lrsched.Polynomial), new(lrsched.Scale), new(lrsched.Shift), new(lrsched.SquareRoot), new(lrsched.Step),
	new(lrsched.Trapezoid), new(lrsched.Warmup),
	new(datasets.Arrays), new(datasets.Batch), new(datasets.CSV), new(datasets.IDX), new(datasets.IDXType),
	new(datasets.Images), new(datasets.LinearConfig), new(datasets.Loader), new(datasets.Options),
	new(datasets.Progress), new(datasets.Slices), new(datasets.Source), new(datasets.Table), new(datasets.View),
	new(trainer.Best), new(trainer.EarlyStopping), new(trainer.History), new(trainer.Hook), new(trainer.Metric),
	new(trainer.Plateau), new(trainer.PlateauState), new(trainer.RangeTest), new(trainer.Record), new(trainer.Scores),
	new(trainer.State), new(trainer.Sweep), new(trainer.Trainer),
}

// foreignTypes are types of other modules that serve as arguments.
var foreignTypes = []reflect.Type{reflect.TypeFor[*bytes.Buffer](), reflect.TypeFor[*os.File]()}

var contextType = reflect.TypeFor[context.Context]()

// running are the functions that are given a context that is not cancelled.
var running = []string{"minimize.Run", "trainer.Evaluate", "trainer.Trainer.Fit", "trainer.RangeTest.Run", "datasets.Loader.Epoch"}

// unchecked are the methods that the library calls while it holds what is
// needed: an optimizer those of a rule, a model those of a layer, a loss and an
// initializer, a search those of a direction and a length, and a
// benchmark the functions of a workload. What a layer does
// is under a recover of its own.
var unchecked = []string{
	"Update32", "Update64", "Prepare32", "Prepare64", "Evaluate32", "Evaluate64", "Forward", "Init", "From", "Along",
	"Start", "Value", "Gradient",
}

// given are types that a caller gets ready-made: their zero values are not used.
var given = []reflect.Type{
	reflect.TypeFor[*autograd.Builder](), reflect.TypeFor[*nn.Scope](), reflect.TypeFor[*minimize.Line](), reflect.TypeFor[*minimize.Point](),
}

// soundValues make values that are accepted, of types for which a number of 1,
// a string "x" and so on are not.
var soundValues = []any{
	func() context.Context {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return ctx
	},
	func() io.Reader { return strings.NewReader("1,2\n3,4\n") },
	func() io.Writer { return io.Discard },
	func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) },
	func() optimizers.Rule { return optimizers.SGD{} },
	func() lrsched.Schedule { return lrsched.Constant(.1) },
	func() datasets.Dataset {
		return soundData()
	},
	soundData,
	func() trainer.Model { return soundModel() },
	soundModel,
	func() nn.Layer { return nn.LinearRegression() },
	func() *autograd.Engine { return must(autograd.NewEngine(autograd.EngineConfig{Threads: 1})) },
	func() *autograd.Builder { return soundBuilder() },
	func() *gg.Node { b := soundBuilder(); return must(b.Input("x", b.Dtype(), 1)) },
	func() *nn.Scope {
		var scope *nn.Scope
		must(nn.NewModel(nn.Sequential(nn.Dense{Units: 1}, nn.Func(func(s *nn.Scope, x *gg.Node) (*gg.Node, error) { scope = s; return x, nil })), nn.Config{Input: []int{1}, Threads: 1, Loss: nn.SquaredError{}}))
		return scope
	},
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func soundData() *datasets.Slices {
	return must(datasets.Linear(datasets.LinearConfig{Weights: []float64{1}, Examples: 3}))
}

func soundModel() *nn.Model {
	return must(nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{1}, Threads: 1, Loss: nn.SquaredError{}}))
}

func soundBuilder() *autograd.Builder {
	return must(autograd.NewBuilder(must(autograd.NewEngine(autograd.EngineConfig{Threads: 1})), autograd.BuilderConfig{Rows: 1}))
}
