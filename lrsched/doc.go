// Package lrsched provides learning-rate schedules: pure functions from the index
// of an update to its rate.
//
// The first update has index 0. A schedule keeps no state, so a run can be resumed
// at any update. It holds its first value before its beginning and, if it has an
// end, its last value after its end.
//
// With t the index of the update:
//
//	Constant        B
//	SquareRoot      B/√(t+1)                               the book
//	InverseTime     B/(1+δt)                               Keras
//	Polynomial      B·(βt+1)^−α                            the book
//	Exponential     B·γᵗ                                   PyTorch; ExponentialDecay: e^−λt of the book
//	Step            B·γ^⌊t/s⌋                              PyTorch
//	Factor          the same, but not below a floor        MXNet
//	MultiFactor     times γ at each milestone              MXNet; PyTorch's MultiStepLR
//	Linear          a straight line between two rates      PyTorch
//	Poly            a power of the distance to the end     MXNet; PyTorch's PolynomialLR
//	Cosine          half a cosine, then constant           MXNet; PyTorch up to T_max
//	CosineRestarts  repeated half cosines                  Loshchilov and Hutter; PyTorch
//	OneCycle        up to a peak, down to almost zero      Smith; PyTorch
//	Cyclic          triangles                              Smith; PyTorch
//	Trapezoid       up, hold, down                         warmup–stable–decay
//	Noam            up, then 1/√(t+1)                      Vaswani et al.
//
// These combine schedules:
//
//	Warmup          a ramp up to another schedule, or a constant rate before it
//	Join            one schedule after another
//	Scale, Chain    products
//	Shift           earlier or later
//	ByEpoch         a schedule that counts epochs
//	BySample        a schedule that counts examples
//
// [Shift], [ByEpoch] and [BySample] change the index that they pass on. The others
// pass on the index in the run: a schedule that starts later does not start at 0.
// [Validate] reports fields out of range; [Check] also reports a warmup that is
// longer than the run.
//
// Your own schedule needs only the method of [Schedule]. A schedule made of others
// implements [Combinator], and one that begins with a ramp implements [Ramped].
//
// # Indices in MXNet and PyTorch
//
// PyTorch's schedulers count as this package does. MXNet's are functions of
// num_update n, which its trainer counts from 1: update t uses n = t+1, while the
// book plots them from n = 0. [Cosine], [Poly] and [Warmup] are these functions of
// n; Shift{By: 1, Then: s} gives the rates in training. Step functions are the
// opposite: MXNet drops the rate after a milestone, n > m, which is update t = m,
// where PyTorch drops it too. [Factor] and [MultiFactor] therefore give the rates
// in training, and Shift{By: -1, Then: s} is the function of n.
package lrsched
