package main

import "fmt"

// updates generates the update loops of optimizers, from their formulas.
func updates(f *file, s isa) {
	v := newVector(f, s)
	for _, u := range formulas() {
		v.formula(u)
	}
	v.finish()
}

// What formulas have in common: Adam's averages, of the gradient h with decay
// or of the gradient alone.
const (
	coupled = `h := g + decay*x
`
	averages = `m = beta1*m + gain1*h
v = beta2*v + gain2*h*h
`
	shrunk = `x = shrink*x
`
	ofAdam = "beta1, gain1, beta2, gain2, "
)

// formulas are the updates: to add one is to add it here.
func formulas() []formula {
	all := []formula{
		{
			name: "SGD", comment: "is gradient descent with weight decay",
			slices: "x, g", numbers: "lr, decay",
			body: `x = x - lr*(g + decay*x)`,
		},
		{
			name: "Momentum", comment: "is gradient descent with momentum and weight decay",
			slices: "x, v, g", numbers: "lr, decay, mu, keep",
			body: `v = mu*v + keep*(g + decay*x)
x = x - lr*v`,
		},
		{
			name: "Nesterov", comment: "is gradient descent with Nesterov momentum and weight decay",
			slices: "x, v, g", numbers: "lr, decay, mu, keep",
			body: coupled + `v = mu*v + keep*h
x = x - lr*(h + mu*v)`,
		},
		{
			name: "Adam", comment: "is Adam and AdamW: rate and root have the corrections of the averages",
			slices: "x, m, v, g", numbers: ofAdam + "rate, root, epsilon, decay, shrink",
			body: shrunk + coupled + averages + `x = x - rate*m/(sqrt(v)*root + epsilon)`,
		},
		{
			name: "AMSGrad", comment: "is Adam that divides by the largest v so far",
			slices: "x, m, v, top, g", numbers: ofAdam + "rate, root, epsilon, decay, shrink",
			body: shrunk + coupled + averages + `top = max(top, v)
x = x - rate*m/(sqrt(top)*root + epsilon)`,
		},
		{
			name: "Adamax", comment: "is Adam with the infinity norm",
			slices: "x, m, top, g", numbers: "beta1, gain1, beta2, rate, epsilon, decay",
			body: coupled + `m = beta1*m + gain1*h
top = max(beta2*top, abs(h) + epsilon)
x = x - rate*m/top`,
		},
		{
			name: "NAdam", comment: "is Adam with Nesterov momentum",
			slices: "x, m, v, g", numbers: ofAdam + "rateG, rateM, root, epsilon, decay, shrink",
			body: shrunk + coupled + averages + `x = x - (rateG*h + rateM*m)/(sqrt(v)*root + epsilon)`,
		},
		{
			name: "Yogi", comment: "is Adam with a v that moves by a share of the squared gradient",
			slices: "x, m, v, g", numbers: "beta1, gain1, gain2, rate, root, epsilon, decay",
			body: coupled + `m = beta1*m + gain1*h
square := h*h
v = v + signed(gain2*square, square - v)
x = x - rate*m/(sqrt(v)*root + epsilon)`,
		},
		{
			name: "NAdamW", comment: "is AdamW that looks ahead along its average",
			slices: "x, m, v, g", numbers: ofAdam + "rate, root, epsilon, shrink",
			body: `m = beta1*m + gain1*g
v = beta2*v + gain2*g*g
x = shrink*x - rate*(beta1*m + gain1*g)/(sqrt(v)*root + epsilon)`,
		},
		{
			name: "AdaBelief", comment: "is AdamW with the distance of the gradient from its average",
			slices: "x, m, s, g", numbers: ofAdam + "rate, root, epsilon, shrink",
			body: `m = beta1*m + gain1*g
d := g - m
s = beta2*s + gain2*d*d + epsilon
x = shrink*x - rate*m/(sqrt(s)*root + epsilon)`,
		},
		{
			name: "ADOPT", comment: "is AdamW that divides before it averages: low and high bound the quotient",
			slices: "x, m, v, g", numbers: ofAdam + "lr, epsilon, shrink, low, high",
			body: `m = beta1*m + gain1*min(high, max(low, g/max(epsilon, sqrt(v))))
x = shrink*x - lr*m
v = beta2*v + gain2*g*g`,
		},
		{
			name: "AdEMAMix", comment: "is AdamW with a second, slow average s",
			slices: "x, m, s, v, g", numbers: ofAdam + "beta3, gain3, fast, slow, root, epsilon, shrink",
			body: `m = beta1*m + gain1*g
s = beta3*s + gain3*g
v = beta2*v + gain2*g*g
x = shrink*x - (fast*m + slow*s)/(sqrt(v)*root + epsilon)`,
		},
		{
			name: "Adan", comment: "is adaptive Nesterov momentum; past is the gradient before, with the other sign",
			slices: "x, m, d, v, past, g", numbers: ofAdam + "beta3, gain3, rateM, rateD, root, epsilon, before, after",
			body: `m = beta1*m + gain1*g
step := rateM*m
change := g + past
past = -g
h := g + beta2*change
d = beta2*d + gain2*change
sum := step + rateD*d
v = beta3*v + gain3*h*h
x = after*(before*x - sum/(sqrt(v)*root + epsilon))`,
		},
		{
			name: "Correct", comment: "adds to the gradient a share of its change, and keeps it",
			slices: "d, last, g", numbers: "by",
			body: `d = g + by*(g - last)
last = g`,
		},
		{
			name: "Lion", comment: "moves every element by lr, and decays it",
			slices: "x, m, g", numbers: ofAdam + "lr, shrink",
			body: `x = x - (signed(lr, beta1*m + gain1*g) + shrink*x)
m = beta2*m + gain2*g`,
		},
		{
			name: "LAMB", comment: "has the averages of LAMB and its direction d, which the norms scale",
			slices: "x, m, v, d, g", numbers: ofAdam + "mean, root, epsilon, decay",
			body: `m = beta1*m + gain1*g
v = beta2*v + gain2*g*g
d = mean*m/(sqrt(v)*root + epsilon) + decay*x`,
		},
		{
			name: "Adagrad", comment: "divides by the root of the sum of all squared gradients",
			slices: "x, s, g", numbers: "lr, decay, inside, outside",
			body: coupled + `s = s + h*h
x = x - lr*h/(sqrt(s + inside) + outside)`,
		},
		{
			name: "Adadelta", comment: "has the ratio of two roots for a rate",
			slices: "x, s, delta, g", numbers: "lr, decay, rho, gain, epsilon",
			body: coupled + `s = rho*s + gain*h*h
d := sqrt(delta + epsilon)/sqrt(s + epsilon)*h
delta = rho*delta + gain*d*d
x = x - lr*d`,
		},
		{
			name: "Rprop", comment: "has a step length s for each element, from the signs of g and of p before it",
			slices: "x, s, p, g", wide: "etaMinus, etaPlus, lr", numbers: "low, high, stepMin, stepMax",
			body: `turn := signed(1, g)*signed(1, p)
s = min(high, max(low, bySign(turn, scaled(s, etaMinus), s, scaled(s, etaPlus))))
p = bySign(turn, 0, g, g)
x = x - signed(min(stepMax, max(stepMin, scaled(s, lr))), p)`,
		},
		{
			name: "ScheduleFreeSGD", comment: "is Schedule-Free descent: y moves to z, which moves along the gradient",
			slices: "y, z, g", numbers: "lr, part, share, decay",
			body: `d := g + decay*y
y = y + (share*(z - y) - part*d)
z = z - lr*d`,
		},
		{
			name: "ScheduleFreeAdamW", comment: "is Schedule-Free descent along the gradient by its root mean square",
			slices: "y, z, v, g", numbers: "lr, part, share, decay, beta2, gain2, epsilon",
			body: `v = beta2*v + gain2*g*g
d := g/(sqrt(v) + epsilon) + decay*y
y = y + (share*(z - y) - part*d)
z = z - lr*d`,
		},
		{
			name: "Accumulate", comment: "is momentum without a step",
			slices: "v, g", numbers: "mu",
			body: `v = mu*v + g`,
		},
		{
			name: "AccumulateAhead", comment: "is momentum without a step, and the direction d that looks ahead",
			slices: "v, d, g", numbers: "mu",
			body: `v = mu*v + g
d = g + mu*v`,
		},
		{
			name: "Descend", comment: "is a step of decoupled decay along d",
			slices: "x, d", numbers: "shrink, rate",
			body: `x = shrink*x - rate*d`,
		},
		{
			name: "Pull", comment: "moves a by a fraction of the way to x",
			slices: "a, x", numbers: "by",
			body: `a = a + by*(x - a)`,
		},
		{
			name: "Clamp", comment: "is dst = min(max(g, low), high), for low below 0 and high above it",
			slices: "dst, g", numbers: "low, high",
			body: `dst = min(high, max(low, g))`,
		},
	}
	for _, centered := range []bool{false, true} {
		for _, momentum := range []bool{false, true} {
			all = append(all, rmsProp(centered, momentum))
		}
	}
	return all
}

// rmsProp is RMSProp, with its variants.
func rmsProp(centered, momentum bool) formula {
	f := formula{name: "RMSProp", comment: "divides by the root mean square of the gradients", slices: "x, s", numbers: "lr, decay, rho, gain, inside, outside"}
	f.body = coupled + `s = rho*s + gain*h*h
`
	square, change := "s", "d"
	if centered {
		f.name, f.slices, square = f.name+"Centered", f.slices+", m", "square"
		f.comment += ", less their mean m"
		f.body += `m = rho*m + gain*h
square := max(0, s - m*m)
`
	}
	f.body += fmt.Sprintf("d := h/(sqrt(%s + inside) + outside)\n", square)
	if momentum {
		f.name, f.slices, f.numbers, change = f.name+"Momentum", f.slices+", v", f.numbers+", mu", "v"
		f.comment += ", with momentum"
		f.body += "v = mu*v + d\n"
	}
	f.slices += ", g"
	f.body += fmt.Sprintf("x = x - lr*%s", change)
	return f
}
