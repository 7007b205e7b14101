// Package lrsched has learning-rate schedules: pure functions from the index
// of an update to the rate for it.
//
// The first update has index 0. A schedule keeps no state, so that a run can
// be resumed at any update; it holds its first value before its beginning and,
// if it has an end, its last value after it.
//
// With t the index of the update:
//
//	Constant        B
//	SquareRoot      B/√(t+1)                               the book
//	InverseTime     B/(1+δt)                               Keras
//	Polynomial      B·(βt+1)^−α                            the book
//	Exponential     B·γᵗ                                   PyTorch; e^−λt of the book by ExponentialDecay
//	Step            B·γ^⌊t/s⌋                              PyTorch
//	Factor          the same, not below a floor            MXNet
//	MultiFactor     times γ at each milestone              MXNet; PyTorch's MultiStepLR
//	Linear          a straight line between two rates      PyTorch
//	Poly            a power of the distance to the end     MXNet; PyTorch's PolynomialLR
//	Cosine          half a cosine, then hold               MXNet; PyTorch up to T_max
//	CosineRestarts  the same again and again               Loshchilov and Hutter; PyTorch
//	OneCycle        up to a peak, down to almost nothing   Smith; PyTorch
//	Cyclic          triangles                              Smith; PyTorch
//	Trapezoid       up, hold, down                         warmup–stable–decay
//	Noam            up, then 1/√(t+1)                      Vaswani et al.
//
// They combine:
//
//	Warmup          a ramp up to another schedule, or a constant rate before it
//	Join            one schedule after another
//	Scale, Chain    products
//	Shift           earlier or later
//	ByEpoch         a schedule that counts epochs
//	BySample        a schedule that counts examples
//
// [Shift], [ByEpoch] and [BySample] ask for another index, the others for that
// of the run: what comes later in it does not begin at 0. [Validate] reports
// fields out of range, [Check] also a warmup that is longer than the run.
//
// Your own schedule needs the method of [Schedule] alone. One made of others
// implements [Combinator], and one that begins with a ramp [Ramped].
//
// # Indices in MXNet and PyTorch
//
// PyTorch's schedulers count as this package does. MXNet's are functions of
// num_update n, which the trainer counts from 1: update t is asked for n =
// t+1, while the book plots them from n = 0. [Cosine], [Poly] and [Warmup] are
// the functions of n; Shift{By: 1, Then: s} is what training sees of one. Step
// functions are the other way round: MXNet drops after a milestone, n > m,
// which is update t = m, where PyTorch drops too. [Factor] and [MultiFactor]
// are therefore what training sees, and Shift{By: -1, Then: s} is the function
// of n.
package lrsched
