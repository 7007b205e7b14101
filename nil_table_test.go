package descent_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"sync"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/nn/modelfile"
	"descent/nn/onnx"
	"descent/nn/serve"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/optbench"
	"descent/optimizers/bench/report"
	"descent/optimizers/bench/stats"
	"descent/optimizers/bench/workloads"
	"descent/optimizers/minimize"
	"descent/optimizers/pytorch"
	"descent/optimizers/solver"
	"descent/trainer"
	"descent/trainer/checkpoint"
	"descent/trainer/rundir"
	gg "gorgonia.org/gorgonia" // a name of deps_test.go
	"gorgonia.org/tensor"
)

// exportedFunctions are the exported functions of the public packages.
var exportedFunctions = []any{
	autograd.CheckGradient, autograd.Const, autograd.Grad, autograd.Gradient, lanes.GradientOf[float32],
	autograd.Hessian, lanes.NewBuilder, lanes.NewEngine, autograd.NewMachine, autograd.NewObjective,
	lanes.Output[float32], lanes.ParseISA, lanes.ParseSkipZeros, lanes.RowShape, lanes.EachGroup[float32],
	lanes.Elementwise, autograd.Concat, solver.New,
	autograd.Wrap,
	nn.CharLSTM, nn.ClassicLeNet, nn.GPT, nn.LeNet, nn.LinearRegression, nn.MLP, nn.NewModel, nn.ResNet, nn.Sequential, nn.VAE, modelfile.Load, modelfile.ReadInfo, modelfile.Save,
	onnx.Encode, onnx.Write, serve.New,
	optimizers.D2LAdadelta, optimizers.D2LAdagrad, optimizers.D2LAdam, optimizers.D2LRMSProp,
	optimizers.DefaultAdadelta, optimizers.DefaultAdagrad, optimizers.DefaultAdam, optimizers.DefaultAdamW,
	optimizers.DefaultAdamax, optimizers.DefaultEMA, optimizers.DefaultEWA, optimizers.DefaultLAMB,
	optimizers.DefaultLARS, optimizers.DefaultLion, optimizers.DefaultLookahead, optimizers.DefaultMuon,
	optimizers.DefaultNAdam, optimizers.DefaultProdigy, optimizers.DefaultRAdam, optimizers.DefaultRMSProp,
	optimizers.DefaultRprop, optimizers.DefaultScheduleFreeAdamW, optimizers.DefaultScheduleFreeSGD,
	optimizers.DefaultADOPT, optimizers.DefaultAdEMAMix, optimizers.DefaultAdaBelief, optimizers.DefaultAdafactor, optimizers.DefaultAdan,
	optimizers.DefaultGrokfast, optimizers.DefaultMARS, optimizers.DefaultNAdamW, optimizers.DefaultNorMuon, optimizers.DefaultSGDW,
	optimizers.DefaultPSGDKron, optimizers.DefaultSOAP, optimizers.DefaultShampoo,
	optimizers.DefaultYogi, optimizers.MXNetAdam, optimizers.New[float32], optimizers.ProjectL1[float32],
	optimizers.ProjectL2[float32], optimizers.As[optimizers.Fitter], optimizers.Check, optimizers.Epsilon[float32],
	optimizers.NewAverage[float32], optimizers.Norm[float32], optimizers.Pull[float32], optimizers.Signed[float32],
	optimizers.Sqrt[float32], optimizers.Unbias, optimizers.WithSlots,
	pytorch.Load, pytorch.Save,
	minimize.FromProblem, minimize.Method, minimize.Problem, minimize.Run,
	bench.ConstantRate, bench.CosineRate, optbench.Main, bench.Merge, bench.ReadResults,
	stats.BootstrapMean, stats.BootstrapStudies, stats.ExpectedBest, stats.GeometricMeanRatio, stats.KaplanMeier,
	stats.MaxT, stats.MaxTIntervals, stats.Profile, stats.StudiesNeeded, stats.Summarize,
	report.Analyze,
	workloads.Airfoil, workloads.All, workloads.CharLSTM, workloads.DeepOBS, workloads.FMNIST2C2D, workloads.FMNISTVAE, workloads.GPT, workloads.LeNet, workloads.MLP, workloads.QuadraticDeep, workloads.ResNet,
	workloads.Optimizers, workloads.Quadratic, workloads.Rosenbrock, workloads.Softmax,
	lrsched.Check, lrsched.DefaultOneCycle, lrsched.ExponentialDecay, lrsched.Validate,
	datasets.Airfoil, datasets.AirfoilColumns, datasets.Balance, datasets.Bytes, datasets.Characters, datasets.CIFAR10, datasets.CIFAR10Classes, datasets.FashionClasses, datasets.FashionMNIST, datasets.FitScaler, datasets.Fingerprint, datasets.Folds, datasets.FromSlices,
	datasets.Linear, datasets.MNIST, datasets.NewImages, datasets.NewText, datasets.ReadColumns, datasets.ReadColumnsFile, datasets.ReadCSV, datasets.ReadCSVFile, datasets.ReadIDX,
	datasets.ReadIDXFile, datasets.ReadText, datasets.ReadTextFile, datasets.Split, datasets.StratifiedFolds, datasets.Subset,
	sample.Bible, sample.FashionMNIST,
	trainer.Accuracy, trainer.BinaryAccuracy, trainer.DefaultPlateau, trainer.Evaluate, trainer.F1, trainer.MeanAbsoluteError,
	trainer.Perplexity, trainer.R2, trainer.TopK, trainer.DecodeCheckpoint,
	checkpoint.Newest, checkpoint.Read, checkpoint.Write, rundir.Open,
}

// exportedPointers are their exported types.
var exportedPointers = []any{
	new(lanes.AttentionOptions), new(lanes.Builder), new(lanes.BuilderConfig), new(lanes.Conv1DOptions), new(lanes.Conv2DOptions), new(lanes.ConvTranspose2DOptions), new(lanes.CrossEntropyOptions), new(lanes.Engine),
	new(lanes.EngineConfig), new(lanes.Feed), new(autograd.Function), new(autograd.Machine),
	new(autograd.Objective), new(autograd.OpTime), new(lanes.PoolOptions), new(lanes.Program), new(lanes.RecurrentState), new(lanes.RecurrentWeights),
	new(solver.Solver), new(lanes.BatchNormOptions), new(lanes.Body[float32]), new(lanes.Group[float32]), new(lanes.Input), new(lanes.Kind), new(lanes.Op[struct{}]),
	new(lanes.Ops), new(lanes.Pass[float32]), new(lanes.Pointwise[float32]), new(lanes.Site), new(lanes.Session), new(lanes.UpsampleOptions), new(autograd.Var),
	new(nn.AbsoluteError), new(nn.Attention), new(nn.AvgPool2D), new(nn.BatchNorm), new(nn.BinaryCrossEntropy), new(nn.Branches), new(nn.Config), new(nn.Constant),
	new(nn.Conv1D), new(nn.Conv2D), new(nn.ConvTranspose2D), new(nn.Dense), new(nn.Dropout), new(nn.ELU), new(nn.Embedding), new(nn.Fans), new(nn.Flatten), new(nn.Func), new(nn.GELU), new(nn.GlobalAvgPool),
	new(nn.GPTConfig), new(nn.GroupNorm), new(nn.HeNormal), new(nn.HeUniform), new(nn.Huber), new(nn.LayerNorm), new(nn.LeakyReLU), new(nn.LearnedPositions), new(nn.LossFunc), new(nn.MaxPool2D),
	new(nn.CharLSTMConfig), new(nn.GRU), new(nn.LSTM), new(nn.Last), new(nn.RNN),
	new(nn.Model), new(nn.Noise), new(nn.Latent), new(nn.Reconstruction), new(nn.Normal), new(nn.PadChannels), new(nn.Part), new(nn.Predictor), new(nn.ReLU), new(nn.Reshape), new(nn.Residual),
	new(nn.ResNetShortcut), new(nn.RMSNorm), new(nn.Rows), new(nn.Scope), new(nn.Seq), new(nn.Sigmoid), new(nn.SiLU), new(nn.SinusoidalPositions), new(nn.Softmax),
	new(nn.SoftmaxCrossEntropy), new(nn.Softplus), new(nn.SquaredError), new(nn.Tanh), new(nn.Tied),
	new(nn.TorchDefault), new(nn.TransformerBlock), new(nn.TruncatedNormal), new(nn.Uniform), new(nn.Upsample), new(nn.XavierNormal), new(nn.XavierUniform),
	new(modelfile.Info), new(modelfile.Normalization), new(serve.Options), new(serve.Server),
	new(optimizers.ADOPT), new(optimizers.AdEMAMix), new(optimizers.AdaBelief), new(optimizers.Adafactor), new(optimizers.Adan),
	new(optimizers.Cautious), new(optimizers.DecoupledDecay), new(optimizers.Grokfast), new(optimizers.MARS), new(optimizers.MuonScale),
	new(optimizers.NAdamW), new(optimizers.NorMuon), new(optimizers.PSGDKron), new(optimizers.SOAP), new(optimizers.Shampoo), new(optimizers.SlotShape),
	new(optimizers.Adadelta), new(optimizers.Adagrad), new(optimizers.Adam), new(optimizers.AdamW),
	new(optimizers.Adamax), new(optimizers.Average[float32]), new(optimizers.Checker), new(optimizers.Clip), new(optimizers.Config), new(optimizers.Correction), new(optimizers.Count),
	new(optimizers.EMA), new(optimizers.EWA), new(optimizers.Global), new(optimizers.Group), new(optimizers.LAMB),
	new(optimizers.LARS), new(optimizers.Lion), new(optimizers.Lookahead), new(optimizers.Muon),
	new(optimizers.NAdam), new(optimizers.Optimizer[float32]), new(optimizers.Param[float32]),
	new(optimizers.Preparation[float32]), new(optimizers.Prodigy), new(optimizers.RAdam), new(optimizers.Range), new(optimizers.RMSProp),
	new(optimizers.Rprop), new(optimizers.SGD), new(optimizers.SGLD), new(optimizers.SWA),
	new(optimizers.ScheduleFreeAdamW), new(optimizers.ScheduleFreeSGD), new(optimizers.Slot[float32]),
	new(optimizers.State[float32]), new(optimizers.Update[float32]), new(optimizers.Yogi),
	new(minimize.Backtracking), new(minimize.Bisection), new(minimize.Descent), new(minimize.Diagonal),
	new(minimize.Fixed), new(minimize.Hessian), new(minimize.Line), new(minimize.Newton), new(minimize.NewtonCG),
	new(minimize.Objective), new(minimize.Path), new(minimize.Point), new(minimize.Search), new(minimize.Steepest),
	new(bench.Candidate), new(bench.Cell), new(bench.Curve), new(bench.Dimension), new(bench.Entry),
	new(bench.Environment), new(bench.Estimate), new(bench.Ruleset), new(bench.Verification), new(bench.Header), new(bench.Info), new(bench.HeaderWorkload), new(bench.Contender),
	new(bench.Plan), new(bench.Point), new(bench.Progress), new(bench.Baseline), new(bench.HeaderBaseline),
	new(bench.Record), new(bench.Results), new(bench.Run), new(bench.Runner), new(bench.Schedule), new(bench.Setup),
	new(bench.RunKey), new(bench.Shard), new(bench.Space), new(bench.Split),
	new(stats.Comparison), new(stats.Family), new(stats.Goal), new(stats.Interval), new(stats.MeanRatio),
	new(stats.Profiles), new(stats.Summary), new(stats.Survival),
	new(report.Across), new(report.AcrossEntry), new(report.Comparison), new(report.Edge), new(report.Entry),
	new(report.Estimate), new(report.Options), new(report.Pair), new(report.Report), new(report.Target),
	new(report.Study), new(report.Trial), new(report.Unit), new(report.Workload), new(optbench.Command), new(optbench.Preset),
	new(workloads.Data), new(workloads.Fashion), new(workloads.Function), new(workloads.Network),
	new(lrsched.Anneal), new(lrsched.ByEpoch), new(lrsched.BySample), new(lrsched.Chain), new(lrsched.Constant),
	new(lrsched.Cosine), new(lrsched.CosineRestarts), new(lrsched.Cyclic), new(lrsched.CyclicMode),
	new(lrsched.Exponential), new(lrsched.Factor), new(lrsched.InverseTime), new(lrsched.Join), new(lrsched.Linear),
	new(lrsched.MultiFactor), new(lrsched.Noam), new(lrsched.OneCycle), new(lrsched.Part), new(lrsched.Piece), new(lrsched.Poly),
	new(lrsched.Polynomial), new(lrsched.Scale), new(lrsched.Shift), new(lrsched.SquareRoot), new(lrsched.Step),
	new(lrsched.Trapezoid), new(lrsched.Warmup),
	new(datasets.Arrays), new(datasets.Augment), new(datasets.Balanced), new(datasets.Batch), new(datasets.Column), new(datasets.ColumnKind), new(datasets.CSV), new(datasets.Fold), new(datasets.Missing), new(datasets.IDX), new(datasets.IDXType),
	new(datasets.Images), new(datasets.LinearConfig), new(datasets.Loader), new(datasets.FashionOptions),
	new(datasets.Progress), new(datasets.Scaler), new(datasets.Slices), new(datasets.Source), new(datasets.Table), new(datasets.Text), new(datasets.TextConfig), new(datasets.View), new(datasets.Vocabulary),
	new(trainer.Best), new(trainer.EarlyStopping), new(trainer.History), new(trainer.Hook), new(trainer.Metric),
	new(trainer.Plateau), new(trainer.PlateauState), new(trainer.RangeTest), new(trainer.Record), new(trainer.Scores),
	new(trainer.State), new(trainer.Sweep), new(trainer.Trainer), new(trainer.Checkpoint), new(trainer.NotFinite), new(trainer.Order),
	new(checkpoint.Best), new(checkpoint.Keeper), new(rundir.Options), new(rundir.Run),
}

// foreignTypes are types of other modules that serve as arguments.
var foreignTypes = []reflect.Type{reflect.TypeFor[*bytes.Buffer](), reflect.TypeFor[*os.File]()}

var contextType = reflect.TypeFor[context.Context]()

// running are the functions that are given a context that is not cancelled.
var running = []string{"optimizers/minimize.Run", "optimizers/bench.Runner.Run", "optimizers/bench/workloads.Function.Run", "trainer.Evaluate", "trainer.Trainer.Fit", "trainer.RangeTest.Run", "datasets.Loader.Epoch", "nn/serve.Server.Predict", "nn/serve.Server.PredictPixels"}

// unchecked are the methods that the library calls while it holds what is
// needed: an optimizer those of a rule, a wrapper that of an update, a model those of a layer, a loss and an
// initializer, a search those of a direction and a length, and a
// benchmark the functions of a workload. What a layer does
// is under a recover of its own. Main takes the arguments of the test's own program.
var unchecked = []string{
	"Update32", "Update64", "Prepare32", "Prepare64", "Evaluate32", "Evaluate64", "Forward", "Init", "From", "Along",
	"Start", "Value", "Gradient", "Apply", "Main", "optimizers/bench/optbench.Main",
}

// given are types that a caller gets ready-made: their zero values are not used.
var given = []reflect.Type{
	reflect.TypeFor[*lanes.Builder](), reflect.TypeFor[*lanes.Ops](), reflect.TypeFor[*lanes.Site](), reflect.TypeFor[*lanes.Pass[float32]](), reflect.TypeFor[*lanes.Group[float32]](), reflect.TypeFor[*nn.Scope](), reflect.TypeFor[*minimize.Line](), reflect.TypeFor[*minimize.Point](),
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
	func() *lanes.Engine { return must(lanes.NewEngine(lanes.EngineConfig{Threads: 1})) },
	soundBuilder,
	func() tensor.Dtype { return tensor.Float32 },
	func() *tensor.Dense { return tensor.New(tensor.WithShape(1), tensor.WithBacking([]float32{1})) },
	func() *gg.Node { // lanes, of the builder that was made last: that of the call
		if lastNode != nil {
			return lastNode
		}
		b := soundBuilder()
		return must(b.FromRows(must(b.Input("x", b.Dtype(), b.Rows(), 1))))
	},
	func() *lanes.Session {
		b := soundBuilder()
		y := must(b.Variable("x", tensor.New(tensor.WithShape(1), tensor.WithBacking([]float32{1}))))
		return must(b.NewSession(lanes.Program{Outputs: gg.Nodes{y}}))
	},
	func() *autograd.Objective {
		return must(autograd.NewObjective(func(x autograd.Var) autograd.Var { return x.Square().Sum() }, 1))
	},
	func() *nn.Predictor { return must(soundModel().NewPredictor(1)) },
	func() serve.Options { return serve.Options{Workers: 1} },
	func() *serve.Server { return must(serve.New(soundModel(), serve.Options{Workers: 1})) },
	func() *nn.Scope {
		var scope *nn.Scope
		catch := nn.Func(func(s *nn.Scope, x *gg.Node) (*gg.Node, error) {
			scope, lastNode = s, x
			return x, nil
		})
		must(nn.NewModel(nn.Sequential(nn.Dense{Units: 1}, catch), nn.Config{Input: []int{1}, Threads: 1, Loss: nn.SquaredError{}}))
		return scope
	},
	func() optimizers.Clip { return optimizers.Clip{Norm: 1} },
	func() optimizers.Group { return optimizers.Group{Names: []string{"*"}} },
	func() *optimizers.Optimizer[float32] {
		p := optimizers.Param[float32]{Name: "x", Shape: []int{1}, Value: []float32{1}, Grad: []float32{1}}
		return must(optimizers.New(optimizers.Rule(optimizers.DefaultAdam()), []optimizers.Param[float32]{p}, optimizers.Config{}))
	},
	func() datasets.Arrays {
		return datasets.Arrays{Shape: []int{1}, Inputs: []float32{1, 2}, Targets: []float32{3, 4}}
	},
	func() *datasets.Batch { return &datasets.Batch{Rows: 1, Inputs: []float32{1}, Targets: []float32{1}} },
	func() datasets.CSV { return datasets.CSV{} },
	func() *datasets.Augment { return &datasets.Augment{Dataset: soundImages(), Pad: 1} },
	func() *datasets.Scaler { return &datasets.Scaler{Mean: []float64{1, 1}, SD: []float64{1, 1}} },
	func() datasets.TextConfig { return datasets.TextConfig{Length: 1} },
	func() *datasets.Text { return must(datasets.NewText("abc", datasets.TextConfig{Length: 1})) },
	func() datasets.Vocabulary { return datasets.Vocabulary{"a", "b"} },
	func() *datasets.Balanced { return must(datasets.Balance(soundImages(), 0, 1)) },
	func() *datasets.View { return must(datasets.Subset(soundData(), []int{0, 1})) },
	func() *datasets.Table { return must(datasets.ReadCSV(strings.NewReader("1,2\n3,5\n"), datasets.CSV{})) },
	soundImages,
	func() bench.Workload { return soundWorkload() },
	soundWorkload,
	soundOptimizer,
	func() bench.Runner {
		return bench.Runner{Plan: bench.Plan{Workloads: []bench.Workload{soundWorkload()}, Optimizers: []bench.Contender{soundOptimizer()}, Trials: 1, Seeds: 1}, File: "runs"}
	},
	func() bench.Shard { return bench.Shard{} },
	func() bench.Schedule { return bench.ConstantRate() },
	func() *bench.Results { return soundResults() },
	func() report.Options { return report.Options{} },
	func() *report.Report { return soundReport() },
	func() trainer.RangeTest {
		return trainer.RangeTest{Model: soundModel(), Rule: optimizers.SGD{}, BatchSize: 1, Steps: 2}
	},
	func() *trainer.Plateau { p := trainer.DefaultPlateau(); return &p },
}

// lastNode is of the builder that was made last.
var lastNode *gg.Node

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func soundImages() *datasets.Images {
	a := datasets.Arrays{Shape: []int{1, 1, 1}, Pixels: []uint8{1, 2}, Labels: []int32{0, 0}}
	return must(datasets.NewImages(a, []string{"x"}, datasets.SourceDir, "x"))
}

func soundData() *datasets.Slices {
	return must(datasets.Linear(datasets.LinearConfig{Weights: []float64{1}, Examples: 3}))
}

func soundModel() *nn.Model {
	return must(nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{1}, Threads: 1, Loss: nn.SquaredError{}}))
}

func soundBuilder() *lanes.Builder {
	b := must(lanes.NewBuilder(must(lanes.NewEngine(lanes.EngineConfig{Threads: 1})), lanes.BuilderConfig{Rows: 1}))
	lastNode = must(b.FromRows(must(b.Input("x", b.Dtype(), b.Rows(), 1))))
	return b
}

func soundWorkload() workloads.Function {
	return workloads.Function{
		About: bench.Info{Name: "x", Version: "1", Metric: "value", Epochs: 1}, Steps: 2, Shape: []int{1},
		Start:    func(x []float64, _ *rand.Rand) { x[0] = 1 },
		Value:    func(x []float64) float64 { return x[0] * x[0] },
		Gradient: func(dst, x []float64, _ *rand.Rand) { dst[0] = 2 * x[0] },
	}
}

func soundOptimizer() bench.Contender {
	return bench.Contender{
		Name: "x", Space: bench.Space{{Name: bench.Rate, Low: .1, High: .2}},
		Make: func([]float64) bench.Setup { return bench.Setup{Rule: optimizers.SGD{}, LR: .1} },
	}
}

// soundResults are those of one benchmark, which takes a while, and so does
// soundReport.
var soundResults = sync.OnceValue(func() *bench.Results {
	plan := bench.Plan{Workloads: []bench.Workload{soundWorkload()}, Optimizers: []bench.Contender{soundOptimizer()}, Trials: 1, Seeds: 2}
	return must(bench.Runner{Plan: plan, File: "results"}.Run(context.Background()))
})

var soundReport = sync.OnceValue(func() *report.Report { return must(report.Analyze(soundResults(), report.Options{})) })
