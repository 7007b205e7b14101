package bench

// agenda is what is still to be run of a plan's shard. A run that several cells
// need is run once.
type agenda struct {
	x     *execution
	tasks []task // that can be run now, the next one first

	users   map[Settings][]int // cells that need a run
	started map[Settings]bool
	missing map[string]int // runs queued or in flight, by workload
	ahead   map[string]int // those of scoring that tuning has yet to choose
	waiting map[int]bool   // cells whose tuning is not done
}

func newAgenda(x *execution) *agenda {
	a := &agenda{
		x: x, users: map[Settings][]int{}, started: map[Settings]bool{},
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

// need queues a run for a cell, unless it is there or queued already.
func (a *agenda) need(cell int, t task) {
	a.users[t.settings] = append(a.users[t.settings], cell)
	if a.started[t.settings] || a.x.results.get(t.settings) != nil {
		return
	}
	a.started[t.settings] = true
	a.missing[t.settings.Workload]++
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

// ended takes note of a run that is in the results now.
func (a *agenda) ended(s Settings) {
	a.missing[s.Workload]--
	for _, cell := range a.users[s] {
		if a.waiting[cell] {
			a.score(cell)
		}
	}
}

// workloadsFirst puts a task of every workload at the head, so that it is soon
// known how long each takes.
func (a *agenda) workloadsFirst() {
	var first, rest []task
	seen := map[string]bool{}
	for _, t := range a.tasks {
		if name := t.settings.Workload; seen[name] {
			rest = append(rest, t)
		} else {
			seen[name] = true
			first = append(first, t)
		}
	}
	a.tasks = append(first, rest...)
}
