package lanes

import (
	"testing"

	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The operations are Gorgonia's: differentiated by gorgonia.Grad and run by its
// TapeMachine they compute the same bits as with Grad and Machine.
func TestTapeMachine(t *testing.T) {
	const rows = 19
	e := newTestEngine(t, 2)
	ours := newNet(t, e, rows, netWeights())
	s := ours.session(t)
	theirs := newNet(t, e, rows, netWeights())
	_, err := gorgonia.Grad(theirs.loss, theirs.params...)
	require.NoError(t, err)
	vm := gorgonia.NewTapeMachine(theirs.b.Graph(), gorgonia.BindDualValues(theirs.params...))
	defer vm.Close()

	pixels, labels := netBatch(rows)
	for step := range int64(3) {
		require.NoError(t, ours.run(s, rows, step))
		loss, want := ours.result(s, rows)

		copy(theirs.pixels.Value().Data().([]uint8), pixels)
		copy(theirs.labels.Value().Data().([]int32), labels)
		theirs.b.active, theirs.b.step = rows, step
		require.NoError(t, vm.RunAll())
		assert.Equal(t, loss, float64(theirs.loss.Value().Data().(float32)))
		assert.Equal(t, want[0], theirs.logits.Value().Data().([]float32))
		for i, p := range theirs.params {
			g, err := p.Grad()
			require.NoError(t, err)
			assert.Equal(t, want[i+1], g.(*tensor.Dense).Float32s(), "step %d, parameter %d", step, i)
			g.(*tensor.Dense).Zero() // dual values accumulate
		}
		vm.Reset()
	}
}

// An error in an operation is an error of the TapeMachine, not the end of the
// process: it runs operations on another goroutine.
func TestTapeMachineSurvivesErrors(t *testing.T) {
	b := newTestBuilder(t, 1, tensor.Float32)
	in := must(t)(b.Input("x", tensor.Float32, 1))
	for _, do := range []func([]gorgonia.Value) (gorgonia.Value, error){
		func([]gorgonia.Value) (gorgonia.Value, error) { panic("broken") },
		func([]gorgonia.Value) (gorgonia.Value, error) { return nil, assert.AnError },
	} {
		n := must(t)(gorgonia.ApplyOp(graph.NewOp("bad", gorgonia.Nodes{in}, tensor.Float32, tensor.Shape{1}, do), in))
		vm := gorgonia.NewTapeMachine(n.Graph())
		assert.Error(t, vm.RunAll())
		require.NoError(t, vm.Close())
	}
}
