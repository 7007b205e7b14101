package nn

// CharLSTMConfig describes a [CharLSTM].
type CharLSTMConfig struct {
	Vocabulary int     // characters: 1 or more, Config.Vocabulary
	Width      int     // of the embedding and of each LSTM; if zero, 128
	Layers     int     // of LSTMs; if zero, 2
	Dropout    float64 // [0, 1): the rate on the input and on the output of each LSTM; .2 in DeepOBS
	Carry      int     // rows of a batch that continue those of the batch before: see [RNN]; 0 for none
}

// CharLSTM returns a recurrent model of text, that of the problem tolstoi_char_rnn of
// DeepOBS (Schneider, Balles and Hennig 2019): rows of characters [T] to the logits
// [T, Vocabulary] of the ones that follow. It is an [Embedding], LSTMs with a forget bias
// of 1, each between two [Dropout] layers, and a dense layer. With 83 characters it has
// 285,523 parameters.
//
// Weights are drawn as in [XavierUniform], for both of an LSTM with the fans of the one
// matrix that TensorFlow has; the other biases are zero. DeepOBS takes 50 rows of 50
// characters a batch, carries the state, and has a dropout of .2. Its LSTM has one bias
// where PyTorch's has two, so that its biases move half as fast in gradient descent.
//
// A configuration out of range is an error of [NewModel].
func CharLSTM(c CharLSTMConfig) Seq {
	if c.Width == 0 {
		c.Width = 128
	}
	if c.Layers == 0 {
		c.Layers = 2
	}
	if c.Vocabulary < 1 {
		return Seq{noNet{"CharLSTM", invalid("Vocabulary", c.Vocabulary, "1 or more")}}
	}
	if c.Layers < 0 || c.Layers > 1000 {
		return Seq{noNet{"CharLSTM", invalid("Layers", c.Layers, "0 (2) to 1000")}}
	}
	q := Sequential(Embedding{Width: c.Width, Weight: XavierUniform{}})
	for range c.Layers {
		q = append(q, Dropout{Rate: c.Dropout},
			LSTM{Hidden: c.Width, Weight: XavierUniform{}, Bias: Constant(0), ForgetBias: 1, Carry: c.Carry}, Dropout{Rate: c.Dropout})
	}
	return append(q, Dense{Units: c.Vocabulary, Weight: XavierUniform{}, Bias: Constant(0)})
}
