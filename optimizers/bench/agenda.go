package bench

// agenda has the runs of a plan's shard that remain. A run that several cells
// need is run once.
type agenda struct {
	x     *execution
	tasks []task // those that can run now, in order

	users   map[RunKey][]int // cells that need a run
	started map[RunKey]bool
	missing map[string]int // runs queued or in flight, by workload
	ahead   map[string]int // scoring runs that wait for tuning, by workload
	waiting map[int]bool   // cells whose tuning is not done
}

func newAgenda(x *execution) *agenda {
	a := &agenda{
		x: x, users: map[RunKey][]int{}, started: map[RunKey]bool{},
		missing: map[string]int{}, ahead: map[string]int{}, waiting: map[int]bool{},
	}
	for i, c := range x.header.Cells {
		if !x.Shard.has(i) {
			continue
		}
		if c.tuned() {
			a.waiting[i] = true
			a.ahead[c.Workload] += x.header.Seeds
			for k := range c.Candidates {
				for s := range x.header.TuningSeeds {
					a.need(i, x.task(c, k, Validation, x.header.tuningSeed(s)))
				}
			}
		}
		a.score(i)
	}
	a.workloadsFirst()
	return a
}

// need queues a run for a cell, unless it is done or queued already.
func (a *agenda) need(cell int, t task) {
	a.users[t.key] = append(a.users[t.key], cell)
	if a.started[t.key] || a.x.results.get(t.key) != nil {
		return
	}
	a.started[t.key] = true
	a.missing[t.key.Workload]++
	a.tasks = append(a.tasks, t)
}

// score queues the scoring runs of a cell, if its tuning is done.
func (a *agenda) score(cell int) {
	c := a.x.header.Cells[cell]
	best, ok := a.x.results.Selected(c)
	if !ok {
		return
	}
	if a.waiting[cell] {
		delete(a.waiting, cell)
		a.ahead[c.Workload] -= a.x.header.Seeds
	}
	for s := range a.x.header.Seeds {
		a.need(cell, a.x.task(c, best, Test, a.x.header.scoringSeed(s)))
	}
}

// ended records that a run has been added to the results.
func (a *agenda) ended(s RunKey) {
	a.missing[s.Workload]--
	for _, cell := range a.users[s] {
		if a.waiting[cell] {
			a.score(cell)
		}
	}
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
