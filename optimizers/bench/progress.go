package bench

import "time"

// Progress is how far a run of a plan has come.
type Progress struct {
	Done, All int // runs, without those that the file had at first
	Last      *Record
	// Left is about how long the rest takes, going by the runs of the same
	// workloads so far; negative as long as a workload without one remains.
	Left time.Duration
}

func (x *execution) report(last *Record) {
	if x.Progress == nil {
		return
	}
	missing := x.missing()
	p := Progress{Done: x.done, All: x.done, Last: last, Left: x.left(missing)}
	for _, n := range missing {
		p.All += n
	}
	x.Progress(p)
}

// left estimates the time for missing runs. Those in flight count in full.
func (x *execution) left(missing map[string]int) time.Duration {
	seconds, runs := map[string]float64{}, map[string]float64{}
	for _, r := range x.results.Records {
		seconds[r.Settings.Workload] += r.TotalSeconds
		runs[r.Settings.Workload]++
	}
	total := 0.
	for _, w := range x.header.Workloads {
		switch {
		case missing[w.Name] == 0:
		case runs[w.Name] == 0:
			return -1
		default:
			total += float64(missing[w.Name]) * seconds[w.Name] / runs[w.Name]
		}
	}
	return time.Duration(total / float64(max(x.Jobs, 1)) * float64(time.Second))
}

// missing counts the runs of the shard that are not there yet, each once, by
// workload.
func (x *execution) missing() map[string]int {
	n := map[string]int{}
	seen := map[Settings]bool{}
	for i, c := range x.header.Cells {
		if !x.Shard.has(i) {
			continue
		}
		for _, s := range x.needs(c) {
			if x.results.get(s.settings) == nil && !seen[s.settings] {
				seen[s.settings] = true
				n[c.Workload]++
			}
		}
		if _, ok := x.results.Selected(c); !ok {
			n[c.Workload] += x.header.Seeds
		}
	}
	return n
}
