package nn

// VAE returns the variational autoencoder for Fashion-MNIST of DeepOBS (Schneider,
// Balles and Hennig 2019), whose codes have 8 numbers: images [1, 28, 28] to images
// [1, 28, 28]. Its parts are
//
//   - the encoder, three convolutions of 64 filters of 4×4 with strides of 2, 2 and 1,
//     each with a [LeakyReLU] of slope 0.3 and dropout of 0.2;
//   - [Latent];
//   - the decoder: dense layers of 24 and 49 units with LeakyReLU; three transposed
//     convolutions of 64 filters of 4×4 with strides of 2, 1 and 1 and ReLU, dropout of
//     0.2 after the first two; and a dense layer of 784 units with a sigmoid.
//
// Padding is TensorFlow's, as in [Conv2D.Same]. Weights are drawn as in
// [XavierUniform], and biases are zero. VAE(8) has 10,151,489 parameters. Train it with
// the loss [Reconstruction].
//
// The parts have the paths "0", "1" and "2": [Model.NewPartPredictor] of "2" makes
// images from codes, [Model.Features] of "1" makes codes from images, and that of
// "1.mean" their means.
func VAE(units int) Seq {
	leaky, drop := LeakyReLU{Slope: .3}, Dropout{Rate: .2}
	conv := func(stride int) Layer {
		return Conv2D{Filters: 64, Kernel: 4, Stride: stride, Same: true, Weight: XavierUniform{}, Bias: Constant(0)}
	}
	transposed := func(stride int) Layer {
		return ConvTranspose2D{Filters: 64, Kernel: 4, Stride: stride, Same: true, Weight: XavierUniform{}, Bias: Constant(0)}
	}
	dense := func(units int) Layer { return Dense{Units: units, Weight: XavierUniform{}, Bias: Constant(0)} }
	return Sequential(
		Sequential(conv(2), leaky, drop, conv(2), leaky, drop, conv(1), leaky, drop, Flatten{}),
		Latent{Units: units, Weight: XavierUniform{}, Bias: Constant(0)},
		Sequential(
			dense(24), leaky, dense(49), leaky, Reshape{Shape: []int{1, 7, 7}},
			transposed(2), ReLU{}, drop, transposed(1), ReLU{}, drop, transposed(1), ReLU{},
			Flatten{}, dense(784), Sigmoid{}, Reshape{Shape: []int{1, 28, 28}},
		),
	)
}
