package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
)

var isas = []struct{ flag, name string }{{"avx512", "AVX-512"}, {"avx2", "AVX2"}}

// machine describes the machine and its peak.
func machine(o options) (string, error) {
	all, err := o.bench("./internal/kernel", "Peak")
	if err != nil {
		return "", err
	}
	cpu := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(info); m != nil {
			cpu = string(m[1])
		}
	}
	text := fmt.Sprintf("%s, %d processors, %s, %s.", cpu, runtime.NumCPU(), runtime.GOOS+"/"+runtime.GOARCH, runtime.Version())
	for _, isa := range isas {
		if v, ok := all.metric("GFLOPS", "isa="+isa.flag); ok {
			text += fmt.Sprintf(" Peak of one thread with %s: %.0f GFLOPS.", isa.name, v)
		}
	}
	return text, nil
}

// pytorch returns the output of the comparison.
func pytorch(o options) (string, error) {
	out, err := run(o.python, "examples/pytorch/compare.py", "--rounds", fmt.Sprint(o.rounds), "--whole", "3", "--python", o.python)
	if err != nil && !strings.Contains(out, "MISSED") {
		return "", err
	}
	head, rest, ok := strings.Cut(out, "\n\n")
	table, tail, ok2 := strings.Cut(rest, "\n\n")
	if !ok || !ok2 {
		return "", fmt.Errorf("unexpected output:\n%s", out)
	}
	return head + ".\n\n" + table + "\n\n" + strings.ReplaceAll(strings.TrimSpace(tail), "\n", "; ") + ".", nil
}

// shapes are the rows of the table, with the names of their benchmarks.
var shapes = []struct{ benchmark, name, about string }{
	{"Convolution", "lenet1", "LeNet, 1→6, 5×5 on 28×28, pad 2, pooled"},
	{"Convolution", "lenet2", "LeNet, 6→16, 5×5 on 14×14, pooled"},
	{"Convolution", "2c2d1", "2c2d, 1→32, 5×5 on 28×28, pad 2, pooled"},
	{"Convolution", "2c2d2", "2c2d, 32→64, 5×5 on 14×14, pad 2, pooled"},
	{"Convolution", "3x3", "64→64, 3×3 on 28×28, pad 1"},
	{"Convolution", "1x1", "64→64, 1×1 on 28×28"},
	{"Convolution", "stride2", "64→64, 3×3 on 28×28, pad 1, stride 2"},
	{"Dense", "400x120", "dense 400→120"},
	{"Dense", "120x84", "dense 120→84"},
	{"Dense", "84x10", "dense 84→10"},
	{"Dense", "784x512", "dense 784→512"},
	{"Dense", "3136x1024", "dense 3136→1024"},
}

// operations returns the table of operations, in percent of the peak.
func operations(o options) (string, error) {
	all, err := o.bench("./internal/kernel", "Convolution|Dense")
	if err != nil {
		return "", err
	}
	return operationsTable(all), nil
}

func operationsTable(all results) string {
	var b strings.Builder
	b.WriteString("| operation | batch |")
	for _, isa := range isas {
		fmt.Fprintf(&b, " %[1]s, 1 thread | %[1]s, 2 threads |", isa.name)
	}
	b.WriteString("\n|---|---:|---|---|---|---|\n")
	for _, s := range shapes {
		for _, batch := range all.values("batch", s.benchmark, s.name) {
			fmt.Fprintf(&b, "| %s | %s |", s.about, batch)
			for _, isa := range isas {
				for _, threads := range []string{"1", "2"} {
					var cell []string
					for _, op := range []string{"forward", "weights", "input"} {
						cell = append(cell, share(all, s.benchmark, s.name, op, "batch="+batch, "isa="+isa.flag, "threads="+threads))
					}
					fmt.Fprintf(&b, " %s |", strings.Join(cell, " · "))
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// share formats the percentage of the peak of an operation, and in brackets the
// one with zeros skipped, if that is higher.
func share(all results, what ...string) string {
	text := "–"
	dense, ok := all.metric("%peak", append(what, "skip-zeros=never")...)
	if !ok {
		dense, ok = all.metric("%peak", what...)
	}
	if ok {
		text = fmt.Sprintf("%.0f", dense)
	}
	if v, ok := all.metric("%peak", append(what, "skip-zeros=auto")...); ok && v > 1.1*dense {
		text += fmt.Sprintf(" (%.0f)", v)
	}
	return text
}

// steps returns the table of training steps, prediction and evaluation, and draws
// the figure.
func steps(o options) (string, error) {
	all, err := o.bench("./nn", "Step|Predict|Evaluate")
	if err != nil {
		return "", err
	}
	if err := draw(all, picture); err != nil {
		return "", err
	}
	return stepsTable(all), nil
}

func stepsTable(all results) string {
	var b strings.Builder
	b.WriteString("| | batch | | 1 thread, ms | % of peak | 2 threads, ms | % of peak | 2 threads over 1 |\n|---|---:|---|---:|---:|---:|---:|---:|\n")
	row := func(about, batch, isa string, what ...string) {
		var ms, share [3]string
		var times [3]float64
		for threads := 1; threads <= 2; threads++ {
			key := append([]string{"isa=" + isa, fmt.Sprint("threads=", threads)}, what...)
			ns, ok := all.metric("ns/op", key...)
			if !ok {
				return
			}
			times[threads], ms[threads] = ns, fmt.Sprintf("%.3g", ns/1e6)
			if v, ok := all.metric("%peak", key...); ok {
				share[threads] = fmt.Sprintf("%.0f", v)
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %.2f |\n", about, batch, isa, ms[1], share[1], ms[2], share[2], times[1]/times[2])
	}
	for _, isa := range isas {
		for _, batch := range all.values("batch", "Step") {
			row("training step", batch, isa.flag, "Step", "skip-zeros=auto", "width=1", "batch="+batch)
		}
		for _, skip := range []string{"auto", "never"} {
			for _, width := range all.values("width", "Step") {
				about := "training step"
				if width != "1" {
					about += fmt.Sprintf(", %s times as wide", width)
				} else if skip == "auto" {
					continue // already in the table
				}
				if skip == "never" {
					about += ", dense"
				}
				row(about, "256", isa.flag, "Step", "skip-zeros="+skip, "width="+width, "batch=256")
			}
		}
		for _, batch := range all.values("batch", "Predict") {
			row("prediction", batch, isa.flag, "Predict", "batch="+batch)
		}
		for _, batch := range all.values("batch", "Evaluate") {
			row("evaluation of 10,000 images", batch, isa.flag, "Evaluate", "batch="+batch)
		}
	}
	return b.String()
}

// profile returns the profile of a step.
func profile(options) (string, error) {
	out, err := run("go", "run", "./examples/lenet", "-epochs", "3", "-threads", "1", "-profile")
	if err != nil {
		return "", err
	}
	m := regexp.MustCompile(`(?ms)^ *mean µs.*steps' mean$`).FindString(out)
	if m == "" {
		return "", fmt.Errorf("no table in\n%s", out)
	}
	short := regexp.MustCompile(`(?m)^.* 0\.0 %.*\n`).ReplaceAllString(m, "") // operations without time
	return "```\n" + short + "\n```", nil
}
