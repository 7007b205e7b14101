package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// peerRules are the rules of updates.py, which have the names of the benchmark.
var peerRules = []string{
	"SGD", "SGD+momentum", "SGD+nesterov", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSProp", "Adagrad", "Adadelta", "Rprop", "LAMB",
	"Lion", "Yogi", "AdaBelief", "NAdamW", "ADOPT", "AdEMAMix", "Adan", "MARS", "ScheduleFreeSGD", "ScheduleFreeAdamW", "Muon",
}

// updateRow has the ns for each parameter of a rule's update: ours by threads, and
// PyTorch's by setting.
type updateRow struct {
	rule, tensors string
	ours, peer    map[string]float64
}

// updates times the updates of optimizers, alternating with PyTorch.
func updates(o options) (string, error) {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "optimizers.test")
	if _, err := run("go", "test", "-c", "-o", bin, "./optimizers"); err != nil {
		return "", err
	}
	var rows []updateRow
	peer := ""
	for _, rule := range peerRules {
		if o.models != "" && !strings.Contains(","+o.models+",", ","+rule+",") {
			continue
		}
		for _, tensors := range []string{"1", "100"} {
			if rule == "Muon" && tensors != "1" {
				continue
			}
			row := updateRow{rule, tensors, map[string]float64{}, map[string]float64{}}
			for range o.rounds {
				if peer, err = o.compareUpdates(bin, row); err != nil {
					return "", err
				}
			}
			rows = append(rows, row)
		}
	}
	return updatesTable(rows, peer), nil
}

// compareUpdates adds a round to a row.
func (o options) compareUpdates(bin string, row updateRow) (peer string, err error) {
	pattern := fmt.Sprintf("^BenchmarkStep$/^rule=%s$/^n=10000000$/^tensors=%s$", strings.ReplaceAll(row.rule, "+", `\+`), row.tensors)
	all, err := o.benchmark(bin, pattern)
	if err != nil {
		return "", err
	}
	for _, r := range all {
		least(row.ours, r.keys["threads"], r.metrics["ns/param"])
	}
	for _, setting := range []string{"1", "2", "2-bound"} {
		out, err := run(o.python, "docs/measure/updates.py", "--setting", setting, "--tensors", row.tensors, "--seconds", fmt.Sprint(o.seconds), row.rule)
		if err != nil {
			return "", err
		}
		var t struct {
			Peer string
			NS   map[string]map[string]float64
		}
		if err := json.Unmarshal([]byte(out), &t); err != nil {
			return "", fmt.Errorf("updates.py: %w\n%s", err, out)
		}
		for how, ns := range t.NS[row.rule] {
			least(row.peer, setting+" "+how, ns)
		}
		peer = t.Peer
	}
	return peer, nil
}

// least keeps the smaller number for a key.
func least(all map[string]float64, key string, v float64) {
	if old, ok := all[key]; !ok || v < old {
		all[key] = v
	}
}

// updatesTable is a row for each rule and number of tensors.
func updatesTable(rows []updateRow, peer string) string {
	var b strings.Builder
	b.WriteString("| update | tensors | one thread | two | gain | PyTorch | its best setting | ratio |\n|---|---:|---:|---:|---:|---:|---|---:|\n")
	for _, r := range rows {
		best := ""
		for way, ns := range r.peer {
			if old, ok := r.peer[best]; !ok || ns < old || ns == old && way < best {
				best = way
			}
		}
		one, two := r.ours["1"], r.ours["2"]
		fmt.Fprintf(&b, "| %s | %s | %.3g | %.3g | %.2f | %.3g | %s | %.2f |\n", r.rule, r.tensors, one, two, one/two, r.peer[best], best, min(one, two)/r.peer[best])
	}
	if peer != "" {
		fmt.Fprintf(&b, "\nThe peer is %s.\n", peer)
	}
	return b.String()
}
