package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const printed = `goos: linux
BenchmarkStep/skip-zeros=auto/width=1/batch=256/isa=avx512/threads=1-2   10   3000000 ns/op   70.5 %peak   120000 images/s   29 allocs/op
BenchmarkStep/skip-zeros=auto/width=1/batch=256/isa=avx512/threads=1-2   10   2000000 ns/op   80.5 %peak   120000 images/s   29 allocs/op
BenchmarkStep/skip-zeros=auto/width=1/batch=256/isa=avx512/threads=2-2   10   1000000 ns/op   75 %peak   200000 images/s   31 allocs/op
BenchmarkConvolution/lenet1/batch=256/isa=avx2/threads=1/forward-2   5   18132 ns/op   64.525 %peak   12.97 GFLOPS
BenchmarkConvolution/lenet1/batch=256/isa=avx2/threads=1/weights/skip-zeros=never-2   5   18132 ns/op   70 %peak   12.97 GFLOPS
BenchmarkConvolution/lenet1/batch=256/isa=avx2/threads=1/weights/skip-zeros=auto-2   5   18132 ns/op   110 %peak   12.97 GFLOPS
BenchmarkPeak/isa=avx2   5   18132 ns/op   144 GFLOPS
ok  	descent/nn	0.1s
`

func TestParse(t *testing.T) {
	all, err := parse(printed)
	require.NoError(t, err)
	require.Len(t, all, 6)
	for _, c := range []struct {
		unit string
		what []string
		want float64
	}{
		{"ns/op", []string{"Step", "threads=1"}, 2e6},
		{"%peak", []string{"Step", "threads=1"}, 80.5},
		{"allocs/op", []string{"Step", "threads=2"}, 31},
		{"GFLOPS", []string{"Peak", "isa=avx2"}, 144},
		{"%peak", []string{"lenet1", "forward", "batch=256"}, 64.525},
	} {
		v, ok := all.metric(c.unit, c.what...)
		assert.True(t, ok, c.what)
		assert.Equal(t, c.want, v, c.what)
	}
	_, ok := all.metric("ns/op", "Step", "isa=avx2")
	assert.False(t, ok)
	assert.Equal(t, []string{"1", "2"}, all.values("threads", "Step"))
	_, err = parse("FAIL")
	assert.ErrorContains(t, err, "no benchmark ran")
}

func TestTables(t *testing.T) {
	all, err := parse(printed)
	require.NoError(t, err)
	assert.Contains(t, stepsTable(all), "| training step | 256 | avx512 | 2 | 80 | 1 | 75 | 2.00 |\n")
	assert.Contains(t, operationsTable(all), "| LeNet, 1→6, 5×5 on 28×28, pad 2, pooled | 256 | – · – · – | – · – · – | 65 · 70 (110) · – | – · – · – |\n")
}

// The fastest setting of PyTorch counts.
func TestModelsTable(t *testing.T) {
	row := modelRow{allModels[0], map[string]*timing{}, map[string]*timing{}}
	assert.Empty(t, fastest(row.peer))
	at(row.ours, "AVX2").join(timing{MS: 12, MB: 100})
	at(row.ours, "AVX2").join(timing{MS: 10, MB: 120})
	at(row.peer, "1 eager").join(timing{MS: 30, MB: 200})
	at(row.peer, "2 traced").join(timing{MS: 20, MB: 210, Peer: "pytorch 1.13"})
	table := modelsTable([]modelRow{row})
	assert.Contains(t, table, "| ResNet-20, 28×28, batch 128 | – | – | 10 | 0.50 | 120 | 20 | 210 | 2 traced |\n")
	assert.Contains(t, table, "The peer is pytorch 1.13.")
	assert.Len(t, allModels[0].peerWays(), 12)
	assert.Len(t, model{}.peerWays(), 6)
}

func TestFigure(t *testing.T) {
	all, err := parse(printed)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "figure.svg")
	require.NoError(t, draw(all, path))
	svg, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, want := range []string{"AVX-512, 1 thread", "AVX-512, 2 threads", "256"} {
		assert.Contains(t, string(svg), ">"+want+"<")
	}
	assert.Equal(t, 1_131_960, products(1))
}

// The document has a place for each part.
func TestReplace(t *testing.T) {
	document, err := os.ReadFile("../performance.md")
	require.NoError(t, err)
	for _, s := range sections {
		first, err := replace(string(document), s.name, "new\ntext\n")
		require.NoError(t, err)
		assert.Contains(t, first, "<!-- "+s.name+" -->\nnew\ntext\n<!-- /"+s.name+" -->\n")
		second, err := replace(first, s.name, "new\ntext\n")
		require.NoError(t, err)
		assert.Equal(t, first, second)
		assert.Equal(t, 1, strings.Count(string(document), "<!-- "+s.name+" -->"))
	}
	_, err = replace("", "machine", "x")
	assert.Error(t, err)
	assert.ErrorContains(t, write(options{}, "machine,nothing"), "-only nothing")
}
