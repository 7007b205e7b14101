package workloads

// usualRates are the learning rates that the rules' documentation calls usual, by
// optimizer name: those of the papers or of PyTorch. For SGD it is Keras's.
var usualRates = map[string]float64{
	"sgd": .01, "momentum": .01, "nesterov": .01,
	"adagrad": .01, "rmsprop": .01, "adadelta": 1, "rprop": .01,
	"adam": .001, "amsgrad": .001, "adamw": .001, "adamax": .002, "nadam": .002, "radam": .001, "yogi": .01,
	"lion": 1e-4, "lamb": .001, "lars": 1,
	"schedulefree-sgd": 1, "schedulefree-adamw": .0025, "muon": .02, "muon-rms": .001, "prodigy": 1, "lookahead": .001,
	"adabelief": .001, "nadamw": .001, "adopt": .001, "adan": .001, "ademamix": .001, "mars": .003,
	"cautious": .001, "sgdw": .01, "cautious-decay": .001, "grokfast": .001,
	"adafactor": .01, "shampoo": .1, "soap": .003, "psgd-kron": .001, "normuon": .02,
}
