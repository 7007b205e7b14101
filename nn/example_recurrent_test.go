package nn_test

import (
	"context"
	"fmt"
	"strings"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// A classifier of sequences of ten vectors of three numbers, using the output of the
// last step.
func ExampleLSTM() {
	net := nn.Sequential(nn.LSTM{Hidden: 16, Layers: 2, ForgetBias: 1}, nn.Last{}, nn.Dense{Units: 4})
	m, err := nn.NewModel(net, nn.Config{Input: []int{10, 3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	fmt.Print(m.Summary())
	for _, p := range m.Params()[:4] {
		fmt.Println(p.Name, p.Shape)
	}
	// Output:
	//    Layer               Output  Parameters
	//    input               10×3
	// 0  LSTM(16, 2 layers)  10×16   3,520
	// 1  Last                16
	// 2  Dense(4)            4       68
	//    total                       3,588
	// 0.weight_ih_l0 [64 3]
	// 0.weight_hh_l0 [64 16]
	// 0.bias_ih_l0 [64]
	// 0.bias_hh_l0 [64]
}

// A recurrent model reads a text at four places at once, eight characters per step, and
// remembers what came before.
func ExampleCharLSTM() {
	text, err := datasets.NewText(strings.Repeat("to be or not to be: ", 40), datasets.TextConfig{Length: 8, Streams: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	v := len(text.Vocabulary())
	m, err := nn.NewModel(nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: v, Width: 16, Layers: 1, Carry: 4}), nn.Config{
		Input: text.InputShape(), Vocabulary: v, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	t := trainer.Trainer{
		Model: m, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(.02),
		Epochs: 20, BatchSize: m.CarriedRows(), Order: trainer.GivenOrder,
	}
	h, err := t.Fit(context.Background(), text, text)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("less than .1 nats a character:", h.Last().Test.Loss < .1)
	// Output: less than .1 nats a character: true
}
