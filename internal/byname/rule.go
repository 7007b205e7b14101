package byname

import (
	"fmt"
	"slices"
	"strings"

	"descent/optimizers"
)

// Named is a rule with its usual fields and learning rate, which its
// documentation explains.
type Named struct {
	Name string
	Rule optimizers.Rule
	Rate float64

	// Groups give other rules to the parameters for which Rule is unsuitable.
	Groups []optimizers.Group
}

// named lists the rules in the order in which the help shows them.
var named = []Named{
	{Name: "sgd", Rule: optimizers.SGD{}, Rate: .1},
	{Name: "momentum", Rule: optimizers.SGD{Momentum: .9}, Rate: .1},
	{Name: "nesterov", Rule: optimizers.SGD{Momentum: .9, Nesterov: true}, Rate: .1},
	{Name: "ewa", Rule: optimizers.DefaultEWA(), Rate: .1},
	{Name: "adagrad", Rule: optimizers.DefaultAdagrad(), Rate: .01},
	{Name: "rmsprop", Rule: optimizers.DefaultRMSProp(), Rate: .01},
	{Name: "adadelta", Rule: optimizers.DefaultAdadelta(), Rate: 1},
	{Name: "adam", Rule: optimizers.DefaultAdam(), Rate: .001},
	{Name: "amsgrad", Rule: amsgrad(), Rate: .001},
	{Name: "adamw", Rule: optimizers.DefaultAdamW(), Rate: .001},
	{Name: "adamax", Rule: optimizers.DefaultAdamax(), Rate: .002},
	{Name: "nadam", Rule: optimizers.DefaultNAdam(), Rate: .002},
	{Name: "radam", Rule: optimizers.DefaultRAdam(), Rate: .001},
	{Name: "yogi", Rule: optimizers.DefaultYogi(), Rate: .01},
	{Name: "lion", Rule: optimizers.DefaultLion(), Rate: 1e-4},
	{Name: "lamb", Rule: optimizers.DefaultLAMB(), Rate: .002},
	{Name: "lars", Rule: optimizers.DefaultLARS(), Rate: 1},
	{Name: "rprop", Rule: optimizers.DefaultRprop(), Rate: .01},
	{Name: "sgld", Rule: optimizers.SGLD{Examples: 1}, Rate: .02},
	{Name: "schedulefree-sgd", Rule: optimizers.DefaultScheduleFreeSGD(), Rate: 1},
	{Name: "schedulefree-adamw", Rule: optimizers.DefaultScheduleFreeAdamW(), Rate: .0025},
	{Name: "prodigy", Rule: optimizers.DefaultProdigy(), Rate: 1},
	{Name: "muon", Rule: optimizers.DefaultMuon(), Rate: .02, Groups: []optimizers.Group{
		{Vectors: true, Rule: optimizers.DefaultAdamW(), LRScale: .05},
	}},
	{Name: "muon-rms", Rule: optimizers.Muon{Momentum: .95, Nesterov: true, Steps: 5, Scale: optimizers.MuonRMS}, Rate: .001, Groups: []optimizers.Group{
		{Vectors: true, Rule: optimizers.DefaultAdamW()},
	}},
	{Name: "normuon", Rule: optimizers.DefaultNorMuon(), Rate: .02, Groups: []optimizers.Group{
		{Vectors: true, Rule: optimizers.DefaultAdamW(), LRScale: .05},
	}},
	{Name: "adabelief", Rule: optimizers.DefaultAdaBelief(), Rate: .001},
	{Name: "nadamw", Rule: optimizers.DefaultNAdamW(), Rate: .001},
	{Name: "adopt", Rule: optimizers.DefaultADOPT(), Rate: .001},
	{Name: "adan", Rule: optimizers.DefaultAdan(), Rate: .002},
	{Name: "ademamix", Rule: optimizers.DefaultAdEMAMix(), Rate: .001},
	{Name: "mars", Rule: optimizers.DefaultMARS(), Rate: .003},
	{Name: "adafactor", Rule: optimizers.DefaultAdafactor(), Rate: .01},
	{Name: "shampoo", Rule: optimizers.DefaultShampoo(), Rate: .1},
	{Name: "soap", Rule: optimizers.DefaultSOAP(), Rate: .003},
	{Name: "psgd-kron", Rule: optimizers.DefaultPSGDKron(), Rate: .001},
	{Name: "sgdw", Rule: optimizers.DefaultSGDW(), Rate: .1},
	{Name: "cautious", Rule: optimizers.Cautious{Rule: optimizers.DefaultAdam()}, Rate: .001},
	{Name: "cautious-decay", Rule: optimizers.DecoupledDecay{Rule: optimizers.DefaultAdam(), WeightDecay: .01, Cautious: true}, Rate: .001},
	{Name: "grokfast", Rule: optimizers.DefaultGrokfast(optimizers.DefaultAdam()), Rate: .001},
	{Name: "lookahead", Rule: optimizers.DefaultLookahead(optimizers.DefaultAdamW()), Rate: .001},
	{Name: "ema", Rule: optimizers.DefaultEMA(optimizers.DefaultAdamW()), Rate: .001},
	{Name: "swa", Rule: optimizers.SWA{Rule: optimizers.SGD{Momentum: .9}, Start: 1, Every: 1}, Rate: .05},
	{Name: "mxnet-adam", Rule: optimizers.MXNetAdam(), Rate: .001},
	{Name: "d2l-adagrad", Rule: optimizers.D2LAdagrad(), Rate: .1},
	{Name: "d2l-rmsprop", Rule: optimizers.D2LRMSProp(), Rate: .01},
	{Name: "d2l-adadelta", Rule: optimizers.D2LAdadelta(), Rate: 1},
	{Name: "d2l-adam", Rule: optimizers.D2LAdam(), Rate: .01},
	{Name: "d2l-yogi", Rule: optimizers.DefaultYogi(), Rate: .01},
}

func amsgrad() optimizers.Adam {
	r := optimizers.DefaultAdam()
	r.AMSGrad = true
	return r
}

// Rules returns the names of the rules.
func Rules() []string {
	names := make([]string, len(named))
	for i, n := range named {
		names[i] = n.Name
	}
	return names
}

// Rule returns the rule called name, with fields assigned as by [Set].
func Rule(name, assignments string) (Named, error) {
	i := slices.IndexFunc(named, func(n Named) bool { return n.Name == name })
	if i < 0 {
		return Named{}, fmt.Errorf("%q: want one of %s", name, strings.Join(Rules(), ", "))
	}
	n := named[i]
	var err error
	if n.Rule, err = Set("rule "+name, n.Rule, assignments); err != nil {
		return Named{}, err
	}
	if err := n.Rule.Validate(); err != nil {
		return Named{}, err
	}
	n.Groups = slices.Clone(n.Groups)
	return n, nil
}
