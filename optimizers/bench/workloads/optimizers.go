package workloads

import (
	"descent/optimizers"
	"descent/optimizers/bench"
)

// Optimizers returns the update rules with their search spaces, in the order in
// which help texts show them. Every space has the learning rate. Most have the
// field that determines how long gradients are remembered. AdamW and Lookahead
// also have the weight decay. All other fields have the rule's defaults.
//
// A space is the same for all workloads, and wide enough for all workloads here. A
// rule that works well only in a narrow range is at a disadvantage, as in practice.
func Optimizers() []bench.Contender {
	amsgrad := optimizers.DefaultAdam()
	amsgrad.AMSGrad = true
	muonMemory := memory("momentum", func(r *optimizers.Muon, v float64) { r.Momentum = v })
	muonRMS := optimizers.DefaultMuon()
	muonRMS.Scale = optimizers.MuonRMS
	return append([]bench.Contender{
		tuned("sgd", rate(1e-3, 10), optimizers.SGD{}),
		tuned("momentum", rate(1e-4, 1), optimizers.SGD{Momentum: .9}, momentum()),
		tuned("nesterov", rate(1e-4, 1), optimizers.SGD{Nesterov: true, Momentum: .9}, momentum()),
		tuned("adagrad", rate(1e-3, 1), optimizers.DefaultAdagrad()),
		tuned("rmsprop", rate(1e-4, .1), optimizers.DefaultRMSProp(),
			longMemory("rho", func(r *optimizers.RMSProp, v float64) { r.Rho = v })),
		tuned("adadelta", rate(.1, 100), optimizers.DefaultAdadelta(),
			longMemory("rho", func(r *optimizers.Adadelta, v float64) { r.Rho = v })),
		tuned("rprop", rate(1e-4, .1), optimizers.DefaultRprop()),
		tuned("adam", rate(1e-4, .1), optimizers.DefaultAdam(),
			memory("beta1", func(r *optimizers.Adam, v float64) { r.Beta1 = v })),
		tuned("amsgrad", rate(1e-4, .1), amsgrad,
			memory("beta1", func(r *optimizers.Adam, v float64) { r.Beta1 = v })),
		tuned("adamw", rate(1e-4, .1), optimizers.DefaultAdamW(),
			memory("beta1", func(r *optimizers.AdamW, v float64) { r.Beta1 = v }),
			decay(func(r *optimizers.AdamW, v float64) { r.WeightDecay = v })),
		tuned("adamax", rate(1e-4, .1), optimizers.DefaultAdamax(),
			memory("beta1", func(r *optimizers.Adamax, v float64) { r.Beta1 = v })),
		tuned("nadam", rate(1e-4, .1), optimizers.DefaultNAdam(),
			memory("beta1", func(r *optimizers.NAdam, v float64) { r.Beta1 = v })),
		tuned("radam", rate(1e-4, .1), optimizers.DefaultRAdam(),
			memory("beta1", func(r *optimizers.RAdam, v float64) { r.Beta1 = v })),
		tuned("yogi", rate(1e-4, .1), optimizers.DefaultYogi(),
			memory("beta1", func(r *optimizers.Yogi, v float64) { r.Beta1 = v })),
		tuned("lion", rate(1e-5, .01), optimizers.DefaultLion(),
			memory("beta1", func(r *optimizers.Lion, v float64) { r.Beta1 = v })),
		tuned("lamb", rate(1e-4, .1), optimizers.DefaultLAMB(),
			memory("beta1", func(r *optimizers.LAMB, v float64) { r.Beta1 = v })),
		tuned("lars", rate(.01, 100), optimizers.DefaultLARS(),
			memory("momentum", func(r *optimizers.LARS, v float64) { r.Momentum = v })),
		tuned("schedulefree-sgd", rate(1e-3, 10), optimizers.DefaultScheduleFreeSGD(),
			memory("beta", func(r *optimizers.ScheduleFreeSGD, v float64) { r.Beta = v })),
		tuned("schedulefree-adamw", rate(1e-4, .1), optimizers.DefaultScheduleFreeAdamW(),
			memory("beta", func(r *optimizers.ScheduleFreeAdamW, v float64) { r.Beta = v })),
		withAdamW(tuned("muon", rate(1e-3, 1), optimizers.DefaultMuon(), muonMemory), .05),
		withAdamW(tuned("muon-rms", rate(1e-4, .1), muonRMS, muonMemory), 1),
		tuned("prodigy", rate(.1, 10), optimizers.DefaultProdigy()),
		tuned("lookahead", rate(1e-4, .1), optimizers.DefaultLookahead(optimizers.DefaultAdamW()),
			memory("beta1", func(r *optimizers.Lookahead, v float64) {
				inner := r.Rule.(optimizers.AdamW)
				inner.Beta1 = v
				r.Rule = inner
			}),
			decay(func(r *optimizers.Lookahead, v float64) {
				inner := r.Rule.(optimizers.AdamW)
				inner.WeightDecay = v
				r.Rule = inner
			})),
	}, recent()...)
}

// field is a field of a rule to tune.
type field[R optimizers.Rule] struct {
	bench.Dimension
	set func(rule *R, v float64)
}

// tuned returns a rule with a search space of its rate and other fields.
func tuned[R optimizers.Rule](name string, lr bench.Dimension, rule R, fields ...field[R]) bench.Contender {
	o := bench.Contender{Name: name, Space: bench.Space{lr}}
	if rate, ok := usualRates[name]; ok {
		o.Default = &bench.Setup{Rule: rule, LR: rate}
	}
	for _, f := range fields {
		o.Space = append(o.Space, f.Dimension)
	}
	o.Make = func(values []float64) bench.Setup {
		r := rule
		for i, f := range fields {
			f.set(&r, values[i+1])
		}
		return bench.Setup{Rule: r, LR: values[0]}
	}
	return o
}

// withAdamW uses AdamW for vectors, at the usual multiple of the rate of matrices.
func withAdamW(o bench.Contender, scale float64) bench.Contender {
	matrices := o.Make
	vectors := []optimizers.Group{{Vectors: true, Optional: true, Rule: optimizers.DefaultAdamW(), LRScale: scale}}
	o.Make = func(values []float64) bench.Setup {
		s := matrices(values)
		s.Groups = vectors
		return s
	}
	if o.Default != nil {
		o.Default.Groups = vectors
	}
	return o
}

func rate(low, high float64) bench.Dimension {
	return bench.Dimension{Name: bench.Rate, Low: low, High: high, Log: true}
}

// memory is a coefficient of a mean of gradients, over 2 to 100 steps.
func memory[R optimizers.Rule](name string, set func(*R, float64)) field[R] {
	return field[R]{bench.Dimension{Name: name, Low: .5, High: .99, FromOne: true}, set}
}

// longMemory is a coefficient of a mean of squares, over 10 to 1,000 steps.
func longMemory[R optimizers.Rule](name string, set func(*R, float64)) field[R] {
	return field[R]{bench.Dimension{Name: name, Low: .9, High: .999, FromOne: true}, set}
}

func decay[R optimizers.Rule](set func(*R, float64)) field[R] {
	return field[R]{bench.Dimension{Name: "weight_decay", Low: 1e-4, High: .1, Log: true}, set}
}

func momentum() field[optimizers.SGD] {
	return memory("momentum", func(r *optimizers.SGD, v float64) { r.Momentum = v })
}
