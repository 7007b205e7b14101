package dive

import (
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"descent/examples/book/internal/page"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var makeLenetBands = flag.Bool("lenet-bands", false, "train the runs missing from testdata/lenet_bands.json; takes half a minute or more for each seed")

// The bands that judge 11.11 are those of the current schedules. If they are not,
//
//	go test ./examples/book/internal/dive -run TestLenetBands -lenet-bands -timeout 0
//
// makes them. An interrupted run resumes where it stopped.
func TestLenetBands(t *testing.T) {
	bands, err := lenetBands()
	require.NoError(t, err)
	want := 0
	for _, wave := range []struct{ reading, seeds, least int }{{0, 10, 10}, {1, 5, 4}} {
		for seed := range uint64(wave.seeds) {
			for _, s := range scheduledRuns {
				r := s.readings(lenetEpochs, lenetUpdates)
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
				assert.GreaterOrEqual(t, len(b.Runs), wave.least, b.Name)
				assert.Equal(t, []int{lenetEpochs, lenetBatch}, []int{b.Epochs, b.Batch}, b.Name)
				for _, run := range b.Runs {
					for _, v := range run.scores() {
						assert.Contains(t, []int{1, b.Epochs}, len(v), b.Name)
					}
				}
			}
		}
	}
	assert.Len(t, bands, want, "bands")
}

// extendBand trains one seed, unless it is stored, and writes the file.
func extendBand(t *testing.T, bands []lenetBand, r reading, seed uint64) []lenetBand {
	at := slices.IndexFunc(bands, func(b lenetBand) bool { return b.Name == r.name && b.Schedule == r.label() })
	if at < 0 {
		at = len(bands)
		bands = append(bands, lenetBand{Name: r.name, Schedule: r.label(), Epochs: lenetEpochs, Batch: lenetBatch})
	}
	b := &bands[at]
	if slices.ContainsFunc(b.Runs, func(r lenetRecord) bool { return r.Seed == seed && len(r.TrainLoss) == lenetEpochs }) {
		return bands
	}
	p := &page.Page{Ctx: t.Context(), Notice: io.Discard}
	data, err := findFashion(p)
	require.NoError(t, err)
	require.True(t, data.whole(), "the bands are those of all of Fashion-MNIST")
	result, err := lenet{schedule: r.schedule, epochs: lenetEpochs, seed: seed}.run(p)
	require.NoError(t, err)
	var lists [3][]float64
	for i, v := range result.epochs {
		for _, x := range v {
			lists[i] = append(lists[i], math.Round(x*1e5)/1e5)
		}
	}
	b.Runs = append(b.Runs, lenetRecord{seed, lists[0], lists[1], lists[2]})
	text, err := json.Marshal(bands)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("testdata/lenet_bands.json", append(text, '\n'), 0o666))
	t.Logf("%s, seed %d: %.3f", r.name, seed, result.numbers())
	return bands
}
