package optimizers

// SWA wraps a rule so that it is evaluated at the mean of some of its points:
// stochastic weight averaging (Izmailov, Podoprikhin, Garipov, Vetrov, Wilson
// 2018, Algorithm 1). It does not change training.
//
// The points are the parameters after updates Start, Start+Every, Start+2·Every
// and so on, all with the same weight. [Optimizer.Swap] puts their mean in place
// for evaluation and saving; before update Start, it leaves the parameters
// unchanged. The paper starts after three quarters of a usual training run, takes
// one point per epoch, and keeps the rate constant and high from Start on.
//
// Slots: those of the inner rule, and "average", len(x), initially zero.
type SWA struct {
	Rule  Rule // the inner rule, trained and evaluated at one point
	Start int  // the first update whose point counts, 1 or more
	Every int  // updates from one point to the next, 1 or more
}

var (
	_ Wrapper     = SWA{}
	_ Elementwise = SWA{}
	_ Evaluator   = SWA{}
)

func (r SWA) Validate() error {
	return Check("SWA").onePoint(r.Rule).Inner(r.Rule, "average").
		That(r.Start >= 1, "Start", r.Start, "1 or more").
		That(r.Every >= 1, "Every", r.Every, "1 or more").Err()
}

func (r SWA) Slots() []string { return WithSlots(r.Rule, "average") }

func (r SWA) Elementwise(rule Rule) bool { return is[SWA](rule) && elementwise(r.Rule) }

func (r SWA) Unwrap() Rule { return r.Rule }

func (r SWA) Update32(u Update[float32]) { swa(r, u) }

func (r SWA) Update64(u Update[float64]) { swa(r, u) }

func (r SWA) Evaluate32(u Update[float32], dst []float32) { swaMean(r, u, dst) }

func (r SWA) Evaluate64(u Update[float64], dst []float64) { swaMean(r, u, dst) }

func swa[T Float](r SWA, u Update[T]) {
	u.Apply(r.Rule, 1)
	if after := u.Step - r.Start; after >= 0 && after%r.Every == 0 {
		points := 1 + after/r.Every
		Pull(u.Slots[len(u.Slots)-1], u.Value, 1/float64(points))
	}
}

func swaMean[T Float](r SWA, u Update[T], dst []T) {
	if u.Step < r.Start {
		copy(dst, u.Value)
		return
	}
	copy(dst, u.Slots[len(u.Slots)-1])
}
