package lanes

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// embed adds an embedding of n tokens of some width for rows of a shape.
func embed(t *testing.T, e *Engine, dt tensor.Dtype, rows, n, width, pad int, shape ...int) (b *Builder, tokens, table, y *gorgonia.Node) {
	t.Helper()
	b, err := NewBuilder(e, BuilderConfig{Rows: rows, Dtype: dt})
	require.NoError(t, err)
	tokens = must(t)(b.Input("tokens", tensor.Int32, append([]int{rows}, shape...)...))
	for i := range size(tokens.Shape()) {
		tokens.Value().Data().([]int32)[i] = int32(i * i * 7 % (n + 2) % n) // some twice, some never
	}
	if dt == tensor.Float64 {
		table = variable(t, b, "table", normal[float64](n*width, "table"), n, width)
	} else {
		table = variable(t, b, "table", normal[float32](n*width, "table"), n, width)
	}
	return b, tokens, table, must(t)(b.Embedding(tokens, table, pad))
}

// The lookup and its gradient, of all rows and of fewer than the batch has, against
// plain loops. Sums of float64 are in the order of the rows.
func TestEmbedding(t *testing.T) {
	for _, c := range []struct {
		rows, active, n, width, pad int
		shape                       []int
	}{
		{1, 1, 1, 1, NoToken, []int{1}},
		{3, 3, 5, 4, NoToken, []int{2}},
		{16, 16, 3, 16, 1, []int{4}},
		{33, 17, 40, 19, 0, []int{3}},
		{20, 20, 17, 3, 16, []int{2, 3}},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			for _, threads := range []int{1, 3} {
				b, tokens, table, y := embed(t, newTestEngine(t, threads), tensor.Float64, c.rows, c.n, c.width, c.pad, c.shape...)
				rows := must(t)(b.ToRows(y, c.rows))
				s := newTestSession(t, b, Program{Loss: contract(t, b, rows), Wrt: gorgonia.Nodes{table}, Outputs: gorgonia.Nodes{rows}})
				require.NoError(t, s.Run(c.active, 0))
				ids, places := tokens.Value().Data().([]int32), size(c.shape)
				dy := normal[float64](c.rows*places*c.width, "cotangent")
				values, want := table.Value().Data().([]float64), make([]float64, c.n*c.width)
				for i, id := range ids[:c.active*places] {
					assert.Equal(t, values[int(id)*c.width:][:c.width], Output[float64](s, 0)[i*c.width:][:c.width])
					if int(id) == c.pad {
						continue
					}
					for w := range c.width {
						want[int(id)*c.width+w] += dy[i*c.width+w]
					}
				}
				assert.Equal(t, want, GradientOf[float64](s, 0))
			}
		})
	}
}

// The gradient has the same bits on each instruction set.
func TestEmbeddingISA(t *testing.T) {
	var want []float32
	for _, isa := range []ISA{ISAGo, ISAAVX2, ISAAVX512} {
		if isa.Available() != nil {
			continue
		}
		e, err := NewEngine(EngineConfig{Threads: 2, ISA: isa, Check: true})
		require.NoError(t, err)
		defer e.Close()
		b, _, table, y := embed(t, e, tensor.Float32, 21, 13, 35, NoToken, 6)
		s := newTestSession(t, b, Program{Loss: contract(t, b, y), Wrt: gorgonia.Nodes{table}})
		require.NoError(t, s.Run(21, 0))
		if got := GradientOf[float32](s, 0); want == nil {
			want = append(want, got...)
		} else {
			assert.Equal(t, want, got, isa)
		}
	}
}

func TestEmbeddingErrors(t *testing.T) {
	b, tokens, table, y := embed(t, newTestEngine(t, 1), tensor.Float64, 3, 5, 2, NoToken, 2)
	flat := must(t)(b.Input("flat", tensor.Int32, 3))
	bytes := must(t)(b.Input("bytes", tensor.Uint8, 3, 2))
	for want, f := range map[string]func() (*gorgonia.Node, error){
		"lanes: embedding: tokens: int32 of shape [3]: want int32 [3 ...]":   func() (*gorgonia.Node, error) { return b.Embedding(flat, table, NoToken) },
		"lanes: embedding: tokens: uint8 of shape [3 2]: want int32 [3 ...]": func() (*gorgonia.Node, error) { return b.Embedding(bytes, table, NoToken) },
		"lanes: embedding: pad = 5: want NoToken or 0 to 4":                  func() (*gorgonia.Node, error) { return b.Embedding(tokens, table, 5) },
		"lanes: embedding: pad = -2: want NoToken or 0 to 4":                 func() (*gorgonia.Node, error) { return b.Embedding(tokens, table, -2) },
		"lanes: embedding: table: the node is nil: want a node of the graph": func() (*gorgonia.Node, error) { return b.Embedding(tokens, nil, NoToken) },
		"lanes: embedding: table: shape [1 2 16]: want 2 dimensions": func() (*gorgonia.Node, error) {
			return b.Embedding(tokens, must(t)(b.FromRows(constant(t, b, "x", []float64{1, 2, 3, 4, 5, 6}, 3, 2))), NoToken)
		},
	} {
		_, err := f()
		assert.EqualError(t, err, want)
	}
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{must(t)(b.ToRows(y, 3))}})
	for _, token := range []int32{5, -1} {
		tokens.Value().Data().([]int32)[3] = token
		assert.ErrorContains(t, s.Run(3, 0), fmt.Sprintf("token %d of row 1: want 0 to 4", token))
	}
}
