package nn_test

import (
	"math/rand/v2"
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"gorgonia.org/gorgonia"
)

// A layer or a loss that panics is an error that names it, and so is a nil one
// in another type's clothes.
func TestPanicsAreErrors(t *testing.T) {
	input := []int{4}
	for _, test := range []struct {
		net  nn.Layer
		loss nn.Loss
		want string
	}{
		{nn.Sequential(nn.Func(nil)), nil, "nn: layer 0 (nil): want a layer"},
		{nn.Sequential(nn.ReLU{}, (*nn.Dense)(nil)), nil, "nn: layer 1 (nil): want a layer"},
		{nn.Func(func(*nn.Scope, *gorgonia.Node) (*gorgonia.Node, error) { panic("out of ideas") }), nil, "nn: Func: panic: out of ideas (panic_test.go:"},
		{nn.Dense{Units: 1}, nn.LossFunc(nil), "nn: loss: panic: "},
		{nn.Dense{Units: 1, Bias: drawsTooMuch{}}, nil, `nn: Dense(1): parameter "bias": nn_test.drawsTooMuch: panic: runtime error: index out of range [1] with length 1 (panic_test.go:`},
	} {
		_, err := nn.NewModel(test.net, nn.Config{Input: input, Loss: test.loss})
		assert.ErrorContains(t, err, test.want)
	}
}

// drawsTooMuch is an initializer that writes behind the parameter.
type drawsTooMuch struct{}

func (drawsTooMuch) Init(dst []float32, _ nn.Fans, _ *rand.Rand) error {
	dst[len(dst)] = 1
	return nil
}

// Close waits for the call in hand.
func TestCloseBesideAStep(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 1}, nn.Config{Input: []int{4}, Loss: nn.SquaredError{}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, err := m.Predict(nil, make([]float32, 4)); err != nil {
				return // closed, or busy closing
			}
		}
	}()
	m.Close()
	<-done
}
