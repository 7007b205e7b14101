package autograd

import (
	"math/rand/v2"
	"slices"
	"testing"

	"descent/internal/graph"
	"descent/internal/parallel"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"pgregory.net/rapid"
)

// Transposes, slices and what is around them, against plain loops, with workers
// and without.
func TestViews(t *testing.T) {
	workers := parallel.New(3)
	defer workers.Close()
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 3, 17, 40}), 1, 4).Draw(t, "shape")
		axes := make([]int, len(shape))
		for i := range axes {
			axes[i] = i
		}
		axes = rapid.Permutation(axes).Draw(t, "axes")
		axis := rapid.IntRange(0, len(shape)-1).Draw(t, "axis")
		from := rapid.IntRange(0, shape[axis]-1).Draw(t, "from")
		to := rapid.IntRange(from+1, shape[axis]).Draw(t, "to")
		g := gorgonia.NewGraph()
		x, xs := tensorOf(g, "x", rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))), shape...)

		part, turned := slices.Clone(shape), make([]int, len(shape))
		part[axis] = to - from
		for i, a := range axes {
			turned[i] = shape[a]
		}
		transposed, sliced, padded := make([]float32, len(xs)), make([]float32, graph.Size(part)), make([]float32, len(xs))
		index, other := make([]int, len(shape)), make([]int, len(shape))
		for i, v := range xs {
			rest := i
			for k := len(shape) - 1; k >= 0; k-- {
				index[k], rest = rest%shape[k], rest/shape[k]
			}
			for k, a := range axes {
				other[k] = index[a]
			}
			transposed[at(other, turned)] = v
			if index[axis] >= from && index[axis] < to {
				padded[i] = v
				copy(other, index)
				other[axis] -= from
				sliced[at(other, part)] = v
			}
		}
		for _, p := range []*parallel.Workers{nil, workers} {
			s := x.SliceAxis(axis, from, to)
			require.Equal(t, transposed, values(t, p, x.Transpose(axes...)))
			require.Equal(t, sliced, values(t, p, s))
			require.Equal(t, padded, values(t, p, place("pad", shape, axis, from, s)))
			require.Equal(t, append(slices.Clone(xs), xs...), values(t, p, Concat(0, x, x)))
		}
	})
}
