package kernel

import "math"

// SoftmaxCrossEntropy computes the loss of logits x against class labels, and
// its gradient. For each of the first active lanes, with p = softmax(x):
//
//	loss = log Σ_c e^(x_c − max) − (x_label − max)
//	d_c  = p_c − [c = label]
//
// In the other lanes, d and the loss are 0. Powers, sums and logarithms are
// computed in float64. x and d are [classes][16] and may be the same. labels has
// at least active entries, each in [0, classes). The loss is NaN if a logit is NaN
// or the largest logit is infinite.
func (k Set[T]) SoftmaxCrossEntropy(classes, active int, d, x []T, labels []int32) (losses [Lanes]float64) {
	x, d = x[:classes*Lanes], d[:classes*Lanes]
	if softmaxCrossEntropy(k.ISA, d, x, labels[:active], &losses) {
		ZeroBeyond(d, active)
		clear(losses[active:])
		return losses
	}
	for l := range active {
		top := math.Inf(-1)
		for i := l; i < len(x); i += Lanes {
			top = max(top, float64(x[i]))
		}
		at := int(labels[l])*Lanes + l
		logit := float64(x[at])
		var sum float64
		for i := l; i < len(x); i += Lanes {
			sum += math.Exp(float64(x[i]) - top)
		}
		for i := l; i < len(x); i += Lanes {
			p := math.Exp(float64(x[i])-top) / sum
			if i == at {
				p--
			}
			d[i] = T(p)
		}
		losses[l] = math.Log(sum) - (logit - top)
	}
	ZeroBeyond(d, active)
	return losses
}

// SquaredError computes d = p − t in the first active lanes and 0 in the
// others, and returns Σ d² of each lane, added in float64. p, t and d are
// [features][16]; d may be p or t.
func (k Set[T]) SquaredError(features, active int, d, p, t []T) (sums [Lanes]float64) {
	d, p, t = d[:features*Lanes], p[:features*Lanes], t[:features*Lanes]
	for f := squaredError(k.ISA, active, d, p, t, &sums); f < len(d); f += Lanes {
		for l := range active {
			e := p[f+l] - t[f+l]
			d[f+l] = e
			sums[l] += float64(float64(e) * float64(e))
		}
		clear(d[f+active : f+Lanes])
	}
	return sums
}

// ZeroBeyond clears the lanes of d, [...][16], that hold no example.
func ZeroBeyond[T Float](d []T, active int) {
	for f := 0; f < len(d); f += Lanes {
		clear(d[f+active : f+Lanes])
	}
}
