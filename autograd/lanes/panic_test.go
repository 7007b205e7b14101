package lanes_test

import (
	"sync"
	"testing"

	"descent/autograd/lanes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// What panics in an operation on whatever worker is an error of the run, with the
// line, and the session can be used again.
func TestPanicOfAWorker(t *testing.T) {
	for who := range 3 {
		broken := true
		all := func(p *lanes.Pass[float32]) {
			var together sync.WaitGroup // so that each worker has one call
			together.Add(3)
			p.Run(3, func(_, worker int) {
				together.Done()
				together.Wait()
				if broken && worker == who {
					panic("broken")
				}
			})
		}
		for what, forward := range map[string]bool{"own": true, "own backward": false} {
			own := lanes.Op[struct{}]{
				Name:   "own",
				Inputs: []lanes.Input{{Name: "input"}, {Name: "weight", Kind: lanes.Param}},
				F32: func(s lanes.Site, _ struct{}) (lanes.Body[float32], error) {
					return lanes.Body[float32]{
						Shape: s.InLanes(3),
						Forward: func(p *lanes.Pass[float32]) error {
							if forward {
								all(p)
							}
							return nil
						},
						Backward: func(p *lanes.Pass[float32]) error { all(p); return nil },
					}, nil
				},
			}
			broken = true
			s, err := newGraph(t, lanes.EngineConfig{Threads: 3}, 35, tensor.Float32, func(b *lanes.Builder, x, w *gorgonia.Node) (*gorgonia.Node, error) {
				return own.Add(b, struct{}{}, x, w)
			})
			require.NoError(t, err)
			assert.ErrorContains(t, s.Run(35, 1), "lanes: "+what+": panic: broken (panic_test.go:")
			broken = false
			assert.NoError(t, s.Run(35, 1))
		}
	}
}
