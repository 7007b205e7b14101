package lanes

import (
	"fmt"

	"descent/internal/caught"
)

// queue holds the loops over the groups of a batch that operations have postponed.
// They run together: a group goes through all of them before the next group does, and
// each operation finds the output of the one before it in the cache.
type queue struct {
	on     bool // something will flush it
	run    func(n int, f func(i, worker int))
	groups int
	loops  []loop
	call   func(i, worker int)
}

// loop is a loop over groups.
type loop interface {
	group(i, worker int)
	end(ran bool) // after the last group, or instead of it
	name() string // of the operation
}

func newQueue(run func(n int, f func(i, worker int)), groups int) *queue {
	q := &queue{run: run, groups: groups}
	q.call = q.group
	return q
}

// group takes a group through all loops.
func (q *queue) group(i, worker int) {
	var now loop
	defer func() {
		if r := recover(); r != nil {
			p := caught.New(r)
			panic(&caught.Panic{Value: fmt.Sprintf("%s: %v", now.name(), p.Value), Place: p.Place})
		}
	}()
	for _, now = range q.loops {
		now.group(i, worker)
	}
}

// flush runs what is in the queue.
func (q *queue) flush() {
	if len(q.loops) == 0 {
		return
	}
	ran := false
	defer func() {
		for _, l := range q.loops {
			l.end(ran)
		}
		clear(q.loops)
		q.loops = q.loops[:0]
	}()
	q.run(q.groups, q.call)
	ran = true
}
