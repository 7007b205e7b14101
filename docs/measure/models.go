package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// model is one that both nn's BenchmarkModel and models.py train.
type model struct {
	name, about string
	images      bool // channels may be last
}

var allModels = []model{
	{"resnet20", "ResNet-20, 28×28, batch 128", true},
	{"stack3x3", "4 convolutions of 3×3, 64 filters, 28×28, batch 64", true},
	{"stack1x1", "convolutions of 1×1 and strided ones, 28×28, batch 64", true},
	{"2c2d", "DeepOBS's 2c2d: 2 convolutions of 5×5 and 2 dense layers, batch 128", true},
	{"mlp", "dense 784-512-512-10, batch 128", false},
	{"gpt", "GPT, 4 layers, width 128, 4 heads, context 128, batch 32", false},
	{"charlstm", "CharLSTM, 2 layers of 128, 50 characters, batch 64", false},
	{"vae", "VAE of DeepOBS, batch 64", true},
}

// timing is the fastest step of some runs of a program, and its peak memory.
type timing struct {
	MS   float64 `json:"ms"`
	MB   float64 `json:"mb"`
	Peer string  `json:"peer"`
}

// join keeps the fastest step and the largest memory.
func (t *timing) join(u timing) {
	if t.MS == 0 || u.MS < t.MS {
		t.MS = u.MS
	}
	t.MB, t.Peer = max(t.MB, u.MB), u.Peer
}

// peerWays are the settings of models.py for a model.
func (m model) peerWays() (ways []string) {
	for _, setting := range []string{"1", "2", "2-bound"} {
		for _, how := range []string{"eager", "traced", "eager-last", "traced-last"} {
			if m.images || !strings.HasSuffix(how, "-last") {
				ways = append(ways, setting+" "+how)
			}
		}
	}
	return ways
}

// models times a training step of each model, alternating with PyTorch.
func models(o options) (string, error) {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "nn.test")
	if _, err := run("go", "test", "-c", "-o", bin, "./nn"); err != nil {
		return "", err
	}
	var rows []modelRow
	for _, m := range allModels {
		if o.models != "" && !slices.Contains(strings.Split(o.models, ","), m.name) {
			continue
		}
		row, err := o.compare(bin, m)
		if err != nil {
			return "", err
		}
		if len(row.ours) > 0 {
			rows = append(rows, row)
		}
	}
	chains, err := o.simpleChains(bin)
	return modelsTable(rows) + chains, err
}

// modelRow has the timings of a model: by instruction set, and by setting of PyTorch.
type modelRow struct {
	model
	ours, peer map[string]*timing
}

// compare alternates for several rounds. After the first, settings of PyTorch that
// were far behind are left out. A model without a benchmark has no timings.
func (o options) compare(bin string, m model) (modelRow, error) {
	row := modelRow{m, map[string]*timing{}, map[string]*timing{}}
	ways := m.peerWays()
	for round := range o.rounds {
		for _, isa := range isas {
			all, err := o.benchmark(bin, "^BenchmarkModel$/^"+m.name+"$/^isa="+isa.flag+"$/^threads=2$")
			if errors.Is(err, errNoBenchmark) {
				continue
			} else if err != nil {
				return row, err
			}
			at(row.ours, isa.name).join(timing{MS: all[0].metrics["ms"], MB: all[0].metrics["MB"]})
		}
		if len(row.ours) == 0 {
			return row, nil
		}
		for _, way := range ways {
			setting, how, _ := strings.Cut(way, " ")
			out, err := run(o.python, "docs/measure/models.py", "--model", m.name, "--setting", setting, "--how", how, "--seconds", fmt.Sprint(o.seconds))
			if err != nil {
				return row, err
			}
			var t timing
			if err := json.Unmarshal([]byte(out), &t); err != nil {
				return row, fmt.Errorf("models.py: %w\n%s", err, out)
			}
			at(row.peer, way).join(t)
		}
		if best := fastest(row.peer); round == 0 {
			ways = slices.DeleteFunc(ways, func(w string) bool { return row.peer[w].MS > 1.25*row.peer[best].MS })
		}
	}
	return row, nil
}

func at(all map[string]*timing, key string) *timing {
	if all[key] == nil {
		all[key] = &timing{}
	}
	return all[key]
}

// fastest is the setting with the fastest step.
func fastest(all map[string]*timing) (best string) {
	for way, t := range all {
		if b := all[best]; b == nil || t.MS < b.MS || t.MS == b.MS && way < best {
			best = way
		}
	}
	return best
}

// benchmark runs benchmarks of a test binary of nn.
func (o options) benchmark(bin, pattern string) (results, error) {
	out, err := run(bin, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", fmt.Sprint(o.seconds, "s"))
	if err != nil {
		return nil, err
	}
	return parse(out)
}

// modelsTable is a row for each model.
func modelsTable(rows []modelRow) string {
	var b strings.Builder
	peer := ""
	b.WriteString("| training step of | AVX-512, ms | ratio | AVX2, ms | ratio | peak MB | PyTorch, ms | peak MB | its best setting |\n|---|---:|---:|---:|---:|---:|---:|---:|---|\n")
	for _, r := range rows {
		best := fastest(r.peer)
		p := r.peer[best]
		peer = p.Peer
		fmt.Fprintf(&b, "| %s", r.about)
		memory := 0.0
		for _, isa := range isas {
			if t := r.ours[isa.name]; t != nil {
				fmt.Fprintf(&b, " | %.3g | %.2f", t.MS, t.MS/p.MS)
				memory = max(memory, t.MB)
			} else {
				b.WriteString(" | – | –")
			}
		}
		fmt.Fprintf(&b, " | %.0f | %.3g | %.0f | %s |\n", memory, p.MS, p.MB, best)
	}
	if peer != "" {
		fmt.Fprintf(&b, "\nThe peer is %s.\n", peer)
	}
	return b.String()
}

// simpleChains is the job of SimpleChains.jl, as a sentence for each number of threads.
func (o options) simpleChains(bin string) (string, error) {
	all, err := o.benchmark(bin, "^BenchmarkSimpleChains$/^batch=160$/^isa="+isas[0].flag+"$")
	if errors.Is(err, errNoBenchmark) {
		return "", nil // without AVX-512
	} else if err != nil {
		return "", err
	}
	text := "\nSimpleChains.jl's job, ten epochs of LeNet, published as 1.23 s on eighteen cores, 41 GFLOP/s a core:"
	for i, r := range all {
		if i > 0 {
			text += ";"
		}
		threads, _ := strconv.Atoi(r.keys["threads"])
		text += fmt.Sprintf(" %.2f s with %d thread%s, %.0f GFLOP/s a core", 10*r.metrics["s/epoch"], threads, strings.Repeat("s", min(threads-1, 1)), r.metrics["GFLOPS/core"])
	}
	return text + ".\n", nil
}
