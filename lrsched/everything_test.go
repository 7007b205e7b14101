package lrsched

// everything has one schedule of each type, with all its fields set, in forms
// whose rates depend on all of them.
func everything() map[string]Schedule {
	cosine := Cosine{Base: .3, Final: .01, From: 5, To: 20}
	return map[string]Schedule{
		"Constant":       Constant(.3),
		"SquareRoot":     SquareRoot{.3},
		"InverseTime":    InverseTime{Base: .3, Decay: .1},
		"Polynomial":     Polynomial{Base: .3, Beta: .2, Alpha: .7},
		"Exponential":    Exponential{Base: .3, Gamma: .9},
		"Step":           Step{Base: .3, Factor: .9, Every: 7},
		"Factor":         Factor{Base: .3, Factor: .9, Every: 7, Floor: .2},
		"MultiFactor":    MultiFactor{Base: .3, Factor: .9, Milestones: []int{3, 9}},
		"Linear":         Linear{Base: .3, Final: .1, From: 3, To: 20},
		"Poly":           Poly{Base: .3, Final: .1, Power: 1.5, From: 3, To: 20},
		"Cosine":         cosine,
		"CosineRestarts": CosineRestarts{Base: .3, Final: .01, First: 4, Mult: 2, Cycles: 3, From: 2},
		"OneCycle":       OneCycle{Max: .3, Updates: 30, Up: .4, Div: 5, FinalDiv: 3, Anneal: AnnealLinear, ThreePhase: true},
		"Cyclic":         Cyclic{Base: .1, Max: .3, Up: 5, Down: 3, Mode: ExpRange, Gamma: .9},
		"Trapezoid":      Trapezoid{Begin: .1, Base: .3, Final: .05, Up: 5, Hold: 6, Down: 7},
		"Noam":           Noam{Factor: 2, Width: 64, Warmup: 10},
		"Warmup":         Warmup{Steps: 4, Begin: .1, Constant: true, Then: cosine},
		"Join":           Join{{0, Constant(.1)}, {4, cosine}},
		"Scale":          Scale{.5, cosine},
		"Shift":          Shift{2, cosine},
		"Chain":          Chain{cosine, []Schedule{Exponential{1, .9}}},
		"ByEpoch":        ByEpoch{3, cosine},
		"BySample":       BySample{2, cosine},
	}
}
