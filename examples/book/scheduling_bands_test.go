package main

import (
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var makeLenetBands = flag.Bool("lenet-bands", false, "train what testdata/lenet_bands.json lacks: half a minute and more for each seed")

// The bands that 11.11 is judged by are those of the schedules as they stand.
// Where they are not,
//
//	go test ./examples/book -run TestLenetBands -lenet-bands -timeout 0
//
// makes them; interrupted, it goes on where it was.
func TestLenetBands(t *testing.T) {
	bands, err := lenetBands()
	require.NoError(t, err)
	const updates = 235 // of 60,000 images in batches of 256
	want := 0
	for _, wave := range []struct{ reading, seeds int }{{0, 5}, {1, 3}} {
		for seed := range uint64(wave.seeds) {
			for _, s := range scheduledRuns {
				r := s.readings(lenetEpochs, updates)
				if wave.reading >= len(r) {
					continue
				}
				if seed == 0 {
					want++
				}
				if *makeLenetBands {
					bands = extendBand(t, bands, r[wave.reading], seed+1)
					continue
				}
				b, err := bandOf(r[wave.reading])
				require.NoError(t, err)
				assert.Contains(t, b.Seeds, seed+1, b.Name)
				assert.Equal(t, []int{lenetEpochs, lenetBatch}, []int{b.Epochs, b.Batch}, b.Name)
				for _, v := range b.samples() {
					assert.Len(t, v, len(b.Seeds), b.Name)
				}
			}
		}
	}
	assert.Len(t, bands, want, "bands")
}

// extendBand trains one seed, unless it was, and writes the file.
func extendBand(t *testing.T, bands []lenetBand, r reading, seed uint64) []lenetBand {
	at := slices.IndexFunc(bands, func(b lenetBand) bool { return b.Name == r.name && b.Schedule == r.label() })
	if at < 0 {
		at = len(bands)
		bands = append(bands, lenetBand{Name: r.name, Schedule: r.label(), Epochs: lenetEpochs, Batch: lenetBatch})
	}
	b := &bands[at]
	if slices.Contains(b.Seeds, seed) {
		return bands
	}
	p := &page{ctx: t.Context(), notice: io.Discard}
	data, err := p.fashion()
	require.NoError(t, err)
	require.True(t, data.whole(), "the bands are those of all of Fashion-MNIST")
	result, err := lenet{schedule: r.schedule, epochs: lenetEpochs, seed: seed}.run(p)
	require.NoError(t, err)
	round := func(v float64) float64 { return math.Round(v*1e5) / 1e5 }
	b.Seeds = append(b.Seeds, seed)
	b.TrainLoss = append(b.TrainLoss, round(result.trainLoss))
	b.TrainAccuracy = append(b.TrainAccuracy, round(result.trainAccuracy))
	b.TestAccuracy = append(b.TestAccuracy, round(result.testAccuracy))
	b.StuckEpochs = append(b.StuckEpochs, result.stuck)
	text, err := json.MarshalIndent(bands, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("testdata/lenet_bands.json", append(text, '\n'), 0o666))
	t.Logf("%s, seed %d: %.3f", r.name, seed, result.numbers())
	return bands
}
