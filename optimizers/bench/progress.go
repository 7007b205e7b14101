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

func (x *execution) report(a *agenda, last *Record) {
	if x.Progress == nil {
		return
	}
	p := Progress{Done: x.done, All: x.done, Last: last, Left: x.left(a)}
	for _, w := range x.header.Workloads {
		p.All += a.missing[w.Name] + a.ahead[w.Name]
	}
	x.Progress(p)
}

// duration is how long runs took.
type duration struct {
	seconds float64
	runs    int
}

// time counts a run.
func (x *execution) time(r Record) {
	d := x.took[r.Settings.Workload]
	x.took[r.Settings.Workload] = duration{d.seconds + r.TotalSeconds, d.runs + 1}
}

// left estimates the time for what is missing. Runs in flight count in full.
func (x *execution) left(a *agenda) time.Duration {
	total := 0.
	for _, w := range x.header.Workloads {
		switch missing, took := a.missing[w.Name]+a.ahead[w.Name], x.took[w.Name]; {
		case missing == 0:
		case took.runs == 0:
			return -1
		default:
			total += float64(missing) * took.seconds / float64(took.runs)
		}
	}
	return time.Duration(total / float64(max(x.Jobs, 1)) * float64(time.Second))
}
