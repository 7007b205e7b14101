package optimizers

var sgdTests = ruleTests{
	name: "SGD",
	golden: map[string]Rule{
		"sgd":                                   SGD{},
		"sgd decay .1":                          SGD{WeightDecay: .1},
		"sgd momentum .9":                       SGD{Momentum: .9},
		"sgd momentum .9 dampening .9":          SGD{Momentum: .9, Dampening: .9},
		"sgd momentum .9 nesterov":              SGD{Momentum: .9, Nesterov: true},
		"sgd momentum .9 decay .1":              SGD{Momentum: .9, WeightDecay: .1},
		"sgd momentum .7 dampening .4 decay .3": SGD{Momentum: .7, Dampening: .4, WeightDecay: .3},
		"sgd momentum .7 nesterov decay .3":     SGD{Momentum: .7, Nesterov: true, WeightDecay: .3},
	},
	conforming: []Rule{
		SGD{},
		SGD{WeightDecay: .1},
		SGD{Momentum: .9},
		SGD{Momentum: .9, Dampening: .5, WeightDecay: .1},
		SGD{Momentum: .9, Nesterov: true, WeightDecay: .1},
	},
	vary: map[string][2]Rule{
		"Momentum":    {SGD{Momentum: .9}, SGD{Momentum: .8}},
		"Dampening":   {SGD{Momentum: .9, Dampening: .1}, SGD{Momentum: .9, Dampening: .2}},
		"Nesterov":    {SGD{Momentum: .9}, SGD{Momentum: .9, Nesterov: true}},
		"WeightDecay": {SGD{}, SGD{WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: SGD: Momentum = 1.2: want [0, 1)":                  SGD{Momentum: 1.2},
		"optimizers: SGD: Momentum = 1: want [0, 1)":                    SGD{Momentum: 1},
		"optimizers: SGD: Momentum = -0.1: want [0, 1)":                 SGD{Momentum: -.1},
		"optimizers: SGD: Momentum = NaN: want [0, 1)":                  SGD{Momentum: nan},
		"optimizers: SGD: Dampening = 1: want [0, 1)":                   SGD{Momentum: .9, Dampening: 1},
		"optimizers: SGD: Dampening = -1: want [0, 1)":                  SGD{Momentum: .9, Dampening: -1},
		"optimizers: SGD: Dampening = 0.5: want 0 without Momentum":     SGD{Dampening: .5},
		"optimizers: SGD: Dampening = 0.5: want 0 with Nesterov":        SGD{Momentum: .9, Dampening: .5, Nesterov: true},
		"optimizers: SGD: Nesterov = true: want false without Momentum": SGD{Nesterov: true},
		"optimizers: SGD: WeightDecay = -0.1: want 0 or more":           SGD{WeightDecay: -.1},
		"optimizers: SGD: WeightDecay = +Inf: want a finite number":     SGD{WeightDecay: inf},
	},
}
