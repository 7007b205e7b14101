package workloads

import (
	"descent/optimizers"
	"descent/optimizers/bench"
)

// recent returns the rules of 2018 and later that are not in PyTorch's older
// versions, on the same terms: variants of AdamW have AdamW's spaces. The papers
// search within them, except where noted here.
//
// SOAP and PSGD-Kron have no matrix for the 784 pixels of an image, like Shampoo by
// default: that matrix would take more time than everything else in a grid.
func recent() []bench.Contender {
	soap, kron := optimizers.DefaultSOAP(), optimizers.DefaultPSGDKron()
	soap.MaxDim = optimizers.DefaultShampoo().MaxDim
	kron.MaxDim = soap.MaxDim
	return []bench.Contender{
		tuned("adabelief", rate(1e-4, .1), optimizers.DefaultAdaBelief(),
			memory("beta1", func(r *optimizers.AdaBelief, v float64) { r.Beta1 = v })),
		tuned("nadamw", rate(1e-4, .1), optimizers.DefaultNAdamW(),
			memory("beta1", func(r *optimizers.NAdamW, v float64) { r.Beta1 = v }),
			decay(func(r *optimizers.NAdamW, v float64) { r.WeightDecay = v })),
		tuned("adopt", rate(1e-4, .1), optimizers.DefaultADOPT(),
			memory("beta1", func(r *optimizers.ADOPT, v float64) { r.Beta1 = v })),
		// The authors use up to ten times AdamW's rate.
		tuned("adan", rate(1e-4, 1), optimizers.DefaultAdan(),
			memory("beta1", func(r *optimizers.Adan, v float64) { r.Beta1 = v })),
		// The paper's 0.9999 remembers more steps than most runs here have.
		tuned("ademamix", rate(1e-4, .1), optimizers.DefaultAdEMAMix(),
			longMemory("beta3", func(r *optimizers.AdEMAMix, v float64) { r.Beta3 = v })),
		tuned("mars", rate(1e-4, .1), optimizers.DefaultMARS(),
			memory("beta1", func(r *optimizers.MARS, v float64) { r.Beta1 = v })),
		tuned("cautious", rate(1e-4, .1), optimizers.Cautious{Rule: optimizers.DefaultAdam()},
			memory("beta1", func(r *optimizers.Cautious, v float64) { r.Rule = adamWith(v) })),
		tuned("sgdw", rate(1e-4, 1), optimizers.DefaultSGDW(),
			memory("momentum", func(r *optimizers.DecoupledDecay, v float64) { r.Rule = optimizers.SGD{Momentum: v} }),
			decay(func(r *optimizers.DecoupledDecay, v float64) { r.WeightDecay = v })),
		tuned("cautious-decay", rate(1e-4, .1), optimizers.DecoupledDecay{Rule: optimizers.DefaultAdam(), WeightDecay: .01, Cautious: true},
			memory("beta1", func(r *optimizers.DecoupledDecay, v float64) { r.Rule = adamWith(v) }),
			decay(func(r *optimizers.DecoupledDecay, v float64) { r.WeightDecay = v })),
		tuned("grokfast", rate(1e-4, .1), optimizers.DefaultGrokfast(optimizers.DefaultAdam()),
			memory("alpha", func(r *optimizers.Grokfast, v float64) { r.Alpha = v })),
		// A rate in proportion to the weights; the paper's is 0.01.
		tuned("adafactor", rate(1e-3, 1), optimizers.DefaultAdafactor(),
			memory("beta1", func(r *optimizers.Adafactor, v float64) { r.Beta1 = v })),
		// The authors' code has a rate of 1.
		tuned("shampoo", rate(1e-3, 10), optimizers.DefaultShampoo(),
			memory("momentum", func(r *optimizers.Shampoo, v float64) { r.Momentum = v })),
		tuned("soap", rate(1e-4, .1), soap,
			memory("beta1", func(r *optimizers.SOAP, v float64) { r.Beta1 = v })),
		tuned("psgd-kron", rate(1e-4, .1), kron,
			memory("momentum", func(r *optimizers.PSGDKron, v float64) { r.Momentum = v })),
		withAdamW(tuned("normuon", rate(1e-3, 1), optimizers.DefaultNorMuon(),
			memory("momentum", func(r *optimizers.NorMuon, v float64) { r.Momentum = v })), .05),
	}
}

func adamWith(beta1 float64) optimizers.Adam {
	r := optimizers.DefaultAdam()
	r.Beta1 = beta1
	return r
}
