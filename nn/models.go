package nn

// LinearRegression returns a dense layer of one output, its weights drawn from
// N(0, .01²) and its bias zero, as in the book.
func LinearRegression() Seq {
	return Sequential(Dense{Units: 1, Weight: Normal{SD: 0.01}, Bias: Constant(0)})
}

// MLP returns a multilayer perceptron: dense layers of the given numbers of
// units with ReLUs between them, for rows of any shape. Weights are drawn as in
// [HeNormal], and biases are zero.
func MLP(units ...int) Seq {
	q := Sequential(Flatten{})
	for i, u := range units {
		if i > 0 {
			q = append(q, ReLU{})
		}
		q = append(q, Dense{Units: u, Weight: HeNormal{}, Bias: Constant(0)})
	}
	return q
}

// LeNet returns LeNet-5 with the ReLU and max pooling that are usual today, for
// images [1, 28, 28]. It has 61,706 parameters for ten classes. Weights are drawn as
// in [XavierUniform], and biases are zero.
func LeNet(classes int) Seq {
	return leNet(classes, ReLU{}, MaxPool2D{Size: 2})
}

// ClassicLeNet is like [LeNet], but with the sigmoid and average pooling of the
// book.
func ClassicLeNet(classes int) Seq {
	return leNet(classes, Sigmoid{}, AvgPool2D{Size: 2})
}

// leNet is LeNet-5 (LeCun et al. 1998) without its Gaussian connections.
func leNet(classes int, activation, pool Layer) Seq {
	dense := func(units int) Layer { return Dense{Units: units, Weight: XavierUniform{}, Bias: Constant(0)} }
	return Sequential(
		Conv2D{Filters: 6, Kernel: 5, Pad: 2, Weight: XavierUniform{}, Bias: Constant(0)}, activation, pool,
		Conv2D{Filters: 16, Kernel: 5, Weight: XavierUniform{}, Bias: Constant(0)}, activation, pool,
		Flatten{}, dense(120), activation, dense(84), activation, dense(classes),
	)
}
