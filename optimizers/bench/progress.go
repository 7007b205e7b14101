package bench

import "time"

// Progress describes how much of a plan is done.
type Progress struct {
	Done, All int // runs, without those in the file at the start
	Last      *Record
	// Left estimates the remaining time from finished runs of the same
	// workloads. It is negative until every remaining workload has one.
	Left time.Duration
}

func (x *execution) report(a *agenda, last *Record) {
	if x.Progress == nil {
		return
	}
	p := Progress{Done: x.done, All: x.done, Last: last, Left: x.left(a)}
	for _, w := range x.header.Workloads {
		p.All += a.remaining(w.Name).runs
	}
	x.Progress(p)
}

// duration is the total time of some runs, and their work as in [amount].
type duration struct{ seconds, work float64 }

// time adds the time of a run.
func (x *execution) time(r Record) {
	d := x.took[r.Key.Workload]
	x.took[r.Key.Workload] = duration{d.seconds + r.TotalSeconds, d.work + r.Key.work()}
}

// left estimates the remaining time. Runs in progress count in full.
func (x *execution) left(a *agenda) time.Duration {
	total := 0.
	for _, w := range x.header.Workloads {
		switch missing, took := a.remaining(w.Name), x.took[w.Name]; {
		case missing.runs == 0:
		case took.work == 0:
			return -1
		default:
			total += missing.work * took.seconds / took.work
		}
	}
	return time.Duration(total / float64(max(x.Jobs, 1)) * float64(time.Second))
}
