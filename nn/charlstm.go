package nn

// CharLSTMConfig describes a [CharLSTM].
type CharLSTMConfig struct {
	Vocabulary int     // number of characters, as in Config.Vocabulary: 1 or more
	Width      int     // of the embedding and of each LSTM; if zero, 128
	Layers     int     // number of LSTMs; if zero, 2
	Dropout    float64 // [0, 1): rate at the input and at the output of each LSTM; .2 in DeepOBS
	Carry      int     // rows of a batch that continue those of the previous batch: see [RNN]; 0 for none
}

// CharLSTM returns the recurrent text model of the problem tolstoi_char_rnn of DeepOBS
// (Schneider, Balles and Hennig 2019): rows of characters [T] to the logits
// [T, Vocabulary] of the characters that follow. It consists of an [Embedding], LSTMs with
// a forget bias of 1, each between two [Dropout] layers, and a dense layer. With 83
// characters it has 285,523 parameters.
//
// Weights are drawn as in [XavierUniform]; both matrices of an LSTM use the fans of
// TensorFlow's single matrix. The other biases are zero. DeepOBS uses batches of 50 rows
// of 50 characters, carries the state, and has a dropout rate of .2. Its LSTM has one bias
// where PyTorch's has two, so its biases move half as fast in gradient descent.
//
// [NewModel] returns an error if the configuration is out of range.
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
