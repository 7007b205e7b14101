package bench

// agenda has the remaining runs of a plan's shard. A run that several cells need is
// run once.
type agenda struct {
	x     *execution
	tasks []task // ready to run, in order

	users   map[RunKey][]int // cells that need a run
	started map[RunKey]bool
	missing map[string]amount // queued or in flight, by workload
	ahead   map[int]int       // runs that wait for others, by cell
}

// amount is a number of runs, and their work in whole runs.
type amount struct {
	runs int
	work float64
}

func (a amount) plus(runs int, work float64) amount { return amount{a.runs + runs, a.work + work} }

// work is the share of the budget that a run trains for.
func (k RunKey) work() float64 {
	if k.Stop > 0 {
		return k.Stop
	}
	return 1
}

func newAgenda(x *execution) *agenda {
	a := &agenda{x: x, users: map[RunKey][]int{}, started: map[RunKey]bool{}, missing: map[string]amount{}, ahead: map[int]int{}}
	for i := range x.header.Cells {
		if x.Shard.has(i) {
			a.advance(i)
		}
	}
	a.workloadsFirst()
	return a
}

// advance queues the runs of a cell that are known so far.
func (a *agenda) advance(cell int) {
	c := a.x.header.Cells[cell]
	plan := Results{Header: a.x.header, Records: a.x.results.Records, byKey: a.x.results.byKey}
	a.ahead[cell] = plan.stages(c, func(k RunKey, candidate int) {
		if a.started[k] || a.x.results.get(k) != nil {
			if users := a.users[k]; len(users) > 0 && users[len(users)-1] != cell {
				a.users[k] = append(users, cell)
			}
			return
		}
		a.users[k] = []int{cell}
		a.started[k] = true
		a.missing[k.Workload] = a.missing[k.Workload].plus(1, k.work())
		a.tasks = append(a.tasks, a.x.task(c, candidate, k, a.x.Threads))
	})
}

// ended records that a run has been added to the results.
func (a *agenda) ended(k RunKey) {
	a.missing[k.Workload] = a.missing[k.Workload].plus(-1, -k.work())
	for _, cell := range a.users[k] {
		if a.ahead[cell] > 0 {
			a.advance(cell)
		}
	}
}

// remaining returns the runs of a workload that are not done.
func (a *agenda) remaining(workload string) amount {
	n := a.missing[workload]
	for cell, ahead := range a.ahead {
		if a.x.header.Cells[cell].Workload == workload {
			n = n.plus(ahead, float64(ahead))
		}
	}
	return n
}

// workloadsFirst moves one task of every workload to the front, for an early
// estimate of the time that each workload takes.
func (a *agenda) workloadsFirst() {
	var first, rest []task
	seen := map[string]bool{}
	for _, t := range a.tasks {
		if name := t.key.Workload; seen[name] {
			rest = append(rest, t)
		} else {
			seen[name] = true
			first = append(first, t)
		}
	}
	a.tasks = append(first, rest...)
}
