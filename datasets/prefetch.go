package datasets

import (
	"context"
	"fmt"

	"descent/internal/prefix"
)

// prefetcher gathers the batches of one epoch in a separate goroutine. Two batches
// circulate: one with the consumer, one being filled.
type prefetcher struct {
	l     *Loader
	epoch int
	rows  []int // the epoch's order
	first int   // batch to begin with
	count int   // batches in the epoch

	free chan *Batch   // batches to fill
	full chan gathered // filled ones; closed when the goroutine has ended
	done chan struct{} // closed to end the goroutine
	held *Batch        // with the consumer
	left int           // batches to come
}

type gathered struct {
	batch *Batch
	err   error
}

func newPrefetcher(l *Loader, rows []int, epoch, first, count int) *prefetcher {
	p := &prefetcher{
		l: l, epoch: epoch, rows: rows, first: first, count: count, left: count - first,
		free: make(chan *Batch, 2),
		full: make(chan gathered, 2), // sending never blocks: there are two batches
		done: make(chan struct{}),
	}
	p.free <- new(Batch)
	p.free <- new(Batch)
	go p.run()
	return p
}

func (p *prefetcher) run() {
	defer close(p.full)
	for i := p.first; i < p.count; i++ {
		select { // first, since a free batch would be as good below
		case <-p.done:
			return
		default:
		}
		var b *Batch
		select {
		case <-p.done:
			return
		case b = <-p.free:
		}
		rows := p.rows[i*p.l.BatchSize : min((i+1)*p.l.BatchSize, len(p.rows))]
		first := rows[0] // the dataset may have written to rows
		if err := p.gather(b, rows); err != nil {
			p.full <- gathered{err: prefix.Error("datasets", err, "Loader", fmt.Sprintf("batch %d (first row %d)", i, first))}
			return
		}
		p.full <- gathered{batch: b}
	}
}

// gather gets the rows from the dataset and checks everything that the model relies
// on.
func (p *prefetcher) gather(b *Batch, rows []int) error {
	d := p.l.Dataset
	if err := gather(d, b, rows, p.epoch); err != nil {
		return err
	}
	b.Pixels, b.Inputs, b.Tokens = orNil(b.Pixels), orNil(b.Inputs), orNil(b.Tokens) // for a consumer that asks which one is set
	shape, err := shapeOf(d)
	if err != nil {
		return err
	}
	n := len(rows)
	width, _ := elements(shape)
	values := len(b.Pixels) + len(b.Inputs) + len(b.Tokens)
	switch {
	case b.Rows != n:
		return fmt.Errorf("%T.Gather gave %d rows: want %d", d, b.Rows, n)
	case values != max(len(b.Pixels), len(b.Inputs), len(b.Tokens)):
		return fmt.Errorf("%T.Gather gave %d pixels, %d inputs and %d tokens: want one kind", d, len(b.Pixels), len(b.Inputs), len(b.Tokens))
	case values != n*width:
		return fmt.Errorf("%T.Gather gave %d input values: want %d rows of shape %v", d, values, n, shape)
	}
	if err := b.check(); err != nil {
		return fmt.Errorf("%T.Gather gave %w", d, err)
	}
	return nil
}

// next takes back the batch that the consumer held and waits for the next one. It
// returns nil and nil at the end.
func (p *prefetcher) next(ctx context.Context) (*Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p.held != nil {
		p.free <- p.held
		p.held = nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case g, ok := <-p.full:
		switch {
		case !ok && p.left > 0:
			return nil, fmt.Errorf("datasets: Loader: %T.Gather ended its goroutine", p.l.Dataset)
		case !ok:
			return nil, nil
		}
		p.left--
		p.held = g.batch
		return g.batch, g.err
	}
}

// stop ends the goroutine and waits until it has.
func (p *prefetcher) stop() {
	close(p.done)
	for range p.full { // the goroutine closes it last
	}
}
