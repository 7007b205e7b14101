package workloads

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
	"descent/trainer"
)

// The numbers are those of NumPy, and so are runs in the given order of the rows.
func TestQuadraticDeepGolden(t *testing.T) {
	var golden struct {
		Matrix struct {
			Corner       [][]float64
			Trace        float64
			Last_row_sum float64 //nolint:revive // the name in the file
			Square_sum   float64
		}
		Train_sha256, Test_sha256 string
		Epochs                    []int
		Losses                    map[string][]float64
	}
	text, err := os.ReadFile("testdata/quadratic_deep.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &golden))

	q := deepMatrix(newLegacy(42))
	var trace, last, square float64
	for i := range deepSize {
		trace += q[i*deepSize+i]
		last += q[(deepSize-1)*deepSize+i]
	}
	for _, v := range q {
		square += v * v
	}
	assert.InEpsilon(t, golden.Matrix.Trace, trace, 1e-12)
	assert.InEpsilon(t, golden.Matrix.Last_row_sum, last, 1e-11)
	assert.InEpsilon(t, golden.Matrix.Square_sum, square, 1e-12)
	for i, row := range golden.Matrix.Corner {
		assert.InDeltaSlice(t, row, q[i*deepSize:i*deepSize+3], 1e-11)
	}

	n := QuadraticDeep()
	data, err := n.open(t.Context())
	require.NoError(t, err)
	for want, d := range map[string]datasets.Dataset{golden.Train_sha256: data.Train, golden.Test_sha256: data.Test} {
		rows := make([]int, d.Len())
		for i := range rows {
			rows[i] = i
		}
		var b datasets.Batch
		require.NoError(t, d.Gather(&b, rows))
		h := sha256.New()
		require.NoError(t, binary.Write(h, binary.LittleEndian, b.Inputs))
		assert.Equal(t, want, hex.EncodeToString(h.Sum(nil)))
	}

	for _, b := range deepOBSBaselines[n.About.Name] {
		model, err := nn.NewModel(n.Layers, nn.Config{Input: []int{deepSize}, Loss: n.Loss, Threads: 1})
		require.NoError(t, err)
		defer model.Close()
		before, err := trainer.Evaluate(t.Context(), model, data.Test, n.About.Batch)
		require.NoError(t, err)
		want := golden.Losses[b.name]
		assert.InEpsilon(t, want[0], before.Loss, 1e-6)
		s := b.setup()
		fit := trainer.Trainer{
			Model: model, Rule: s.Rule, Schedule: lrsched.Constant(s.LR), Epochs: golden.Epochs[len(golden.Epochs)-1],
			BatchSize: n.About.Batch, DropLast: true, Order: trainer.GivenOrder,
		}
		history, err := fit.Fit(t.Context(), data.Train, data.Test)
		require.NoError(t, err)
		for i, epoch := range golden.Epochs[1:] {
			assert.InEpsilon(t, want[i+1], history.Epochs[epoch-1].Test.Loss, 1e-5, "%s after %d epochs", b.name, epoch)
		}
	}
}

// disagreement is the difference from a published mean, in units of the loss, and in standard
// errors, which count the noise of both.
type disagreement struct{ loss, errors float64 }

// agreement trains with the published settings of the optimizers, from some seeds, and
// returns the differences at the published epochs after the first.
func agreement(t *testing.T, n *Network, seeds, epochs int, optimizers ...string) map[string][]disagreement {
	t.Helper()
	all := map[string][]disagreement{}
	for _, b := range deepOBSBaselines[n.About.Name] {
		if !slices.Contains(optimizers, b.name) {
			continue
		}
		values := make([][]float64, len(deepOBSEpochs))
		for seed := range seeds {
			s := b.setup()
			r := at(s.Rule, s.LR, bench.Test)
			r.Seed, r.Epochs = uint64(1+seed), epochs
			c, err := n.Run(t.Context(), r)
			require.NoError(t, err)
			require.False(t, c.Diverged)
			for _, p := range c.Points {
				for i, epoch := range deepOBSEpochs {
					if p.Epoch == float64(epoch) {
						values[i] = append(values[i], p.Metric)
					}
				}
			}
		}
		for i, v := range values {
			if len(v) == 0 {
				break
			}
			s, err := stats.Summarize(v)
			require.NoError(t, err)
			sd := s.SD
			if seeds < 5 {
				sd = b.sd[i] // ours is hardly known
			}
			t.Logf("%-8s %3d epochs: %8.3f ± %.3f, published %8.3f ± %.3f", b.name, deepOBSEpochs[i], s.Mean, s.SD, b.mean[i], b.sd[i])
			loss := s.Mean - b.mean[i]
			d := disagreement{loss, loss / math.Sqrt(sd*sd/float64(seeds)+b.sd[i]*b.sd[i]/10)}
			if i == 0 {
				assert.True(t, math.Abs(loss) < 5e-4 || math.Abs(d.errors) < 4, "before the first update")
				continue
			}
			all[b.name] = append(all[b.name], d)
		}
	}
	return all
}

// A few epochs agree with the published results.
func TestQuadraticDeep(t *testing.T) {
	for name, differences := range agreement(t, QuadraticDeep(), 2, 5, "sgd", "momentum", "adam") {
		for i, d := range differences {
			assert.Less(t, math.Abs(d.errors), 4., "%s after %d epochs", name, deepOBSEpochs[1+i])
		}
	}
}
