package kernel

// denseBlock is the number of features that the inner loops take at once: that many
// products share each load and store of a sum.
const denseBlock = 8

// DenseForward computes a dense layer y = W·x + b, with ReLU if asked:
//
//	y[o] = bias[o] + Σ_i w[o][i] · x[i]
//
// Shapes: y [out][16], x [in][16], w [out][in], bias [out] or nil.
func (Set[T]) DenseForward(in, out int, y, x, w, bias []T, relu bool) {
	for o := range out {
		yo := (*[Lanes]T)(y[o*Lanes:])
		var b T
		if bias != nil {
			b = bias[o]
		}
		fill(yo[:], b)
		wo := w[o*in:][:in]
		i := 0
		for ; i+denseBlock <= in; i += denseBlock {
			mulAddBlock(yo, (*[denseBlock * Lanes]T)(x[i*Lanes:]), (*[denseBlock]T)(wo[i:]))
		}
		for ; i < in; i++ {
			mulAddOne(yo, (*[Lanes]T)(x[i*Lanes:]), wo[i])
		}
	}
	if relu {
		Set[T]{}.ReLU(y[:out*Lanes], y[:out*Lanes])
	}
}

// DenseInputGrad computes the gradient with respect to the input,
// dx[i] = Σ_o w[o][i] · dy[o]. dx [in][16] is overwritten.
func (Set[T]) DenseInputGrad(in, out int, dx, dy, w []T) {
	clear(dx[:in*Lanes])
	o := 0
	for ; o+denseBlock <= out; o += denseBlock {
		d := (*[denseBlock * Lanes]T)(dy[o*Lanes:])
		rows := w[o*in:][:denseBlock*in]
		for i := range in {
			var wi [denseBlock]T
			for k := range wi {
				wi[k] = rows[k*in+i]
			}
			mulAddBlock((*[Lanes]T)(dx[i*Lanes:]), d, &wi)
		}
	}
	for ; o < out; o++ {
		d := (*[Lanes]T)(dy[o*Lanes:])
		for i, wi := range w[o*in:][:in] {
			mulAddOne((*[Lanes]T)(dx[i*Lanes:]), d, wi)
		}
	}
}

// DenseWeightGrad computes rows o0 to o1−1 of the weight gradient, over all groups
// in order:
//
//	dw[o][i] = Σ_{group,lane} dy[group][o] · x[group][i]
//
// Shapes: dw [out][in], dy [groups][out][16], x [groups][in][16]. It
// overwrites those rows of dw and leaves the others alone.
func (Set[T]) DenseWeightGrad(in, out, groups, o0, o1 int, dw, dy, x []T) {
	i := 0
	for ; i+denseBlock <= in; i += denseBlock {
		for o := o0; o < o1; o++ {
			var a [denseBlock]T
			for g := range groups {
				mulSumBlock(&a, (*[Lanes]T)(dy[(g*out+o)*Lanes:]), (*[denseBlock * Lanes]T)(x[(g*in+i)*Lanes:]))
			}
			*(*[denseBlock]T)(dw[o*in+i:]) = a
		}
	}
	for ; i < in; i++ {
		for o := o0; o < o1; o++ {
			var a T
			for g := range groups {
				xi := (*[Lanes]T)(x[(g*in+i)*Lanes:])
				for l, d := range (*[Lanes]T)(dy[(g*out+o)*Lanes:]) {
					a += T(d * xi[l])
				}
			}
			dw[o*in+i] = a
		}
	}
}

// DenseBiasGrad computes the gradient of n biases over all groups in order,
// db[o] = Σ_{group,lane} dy[group][o]. Shapes: db [n], overwritten,
// dy [groups][out][16] from the first of the n outputs on.
func (Set[T]) DenseBiasGrad(n, groups, out int, db, dy []T) {
	for o := range n {
		var s T
		for g := range groups {
			s += sum(dy[(g*out+o)*Lanes:][:Lanes])
		}
		db[o] = s
	}
}

// mulAddBlock computes d[l] += Σ_k w[k]·x[k][l], k in order.
func mulAddBlock[T Float](d *[Lanes]T, x *[denseBlock * Lanes]T, w *[denseBlock]T) {
	w0, w1, w2, w3, w4, w5, w6, w7 := w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
	for l, a := range d {
		a += T(w0 * x[l])
		a += T(w1 * x[l+1*Lanes])
		a += T(w2 * x[l+2*Lanes])
		a += T(w3 * x[l+3*Lanes])
		a += T(w4 * x[l+4*Lanes])
		a += T(w5 * x[l+5*Lanes])
		a += T(w6 * x[l+6*Lanes])
		a += T(w7 * x[l+7*Lanes])
		d[l] = a
	}
}

// mulAddOne computes d[l] += w·x[l].
func mulAddOne[T Float](d, x *[Lanes]T, w T) {
	for l := range d {
		d[l] += T(w * x[l])
	}
}

// mulSumBlock computes a[k] += Σ_l d[l]·x[k][l], l in order, four k at a time,
// because there are too few registers for eight sums and their products.
func mulSumBlock[T Float](a *[denseBlock]T, d *[Lanes]T, x *[denseBlock * Lanes]T) {
	for k := 0; k < denseBlock; k += 4 {
		a0, a1, a2, a3 := a[k], a[k+1], a[k+2], a[k+3]
		xk := (*[4 * Lanes]T)(x[k*Lanes:])
		for l, v := range d {
			a0 += T(v * xk[l])
			a1 += T(v * xk[l+1*Lanes])
			a2 += T(v * xk[l+2*Lanes])
			a3 += T(v * xk[l+3*Lanes])
		}
		a[k], a[k+1], a[k+2], a[k+3] = a0, a1, a2, a3
	}
}
