package serve

import (
	"cmp"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/memory"
	"descent/nn"
)

// kind is the kind of values in a row. All rows of a pass have the same kind.
type kind int

const (
	numbers kind = iota
	pixels
	tokens
	kinds
)

// method is the name of the method for a kind.
func (k kind) method() string {
	return [...]string{"Predict", "PredictPixels", "PredictTokens"}[k]
}

// pool is the state of the workers, which must not keep the Server reachable.
type pool struct {
	Options
	shape      []int // of a row
	size       int
	vocabulary int
	cleanup    runtime.Cleanup
	spare      sync.Pool // of requests

	queues  [kinds]chan *request
	mu      sync.RWMutex // held to send to queues, and to close them
	closed  bool
	stopped chan struct{}
	exited  sync.WaitGroup

	lead     chan struct{} // the worker that holds its element gathers a pass: two at once would split the rows
	together int           // rows of the pass gathered last; belongs to the leading worker
	start    time.Time
	answered atomic.Int64 // since start, when the last pass ended
}

// newPool makes the predictors, warms them and starts the workers.
func newPool(m *nn.Model, o Options) (*pool, error) {
	cfg := m.Config()
	p := &pool{
		Options: o, shape: cfg.Input, size: 1, vocabulary: cfg.Vocabulary,
		spare:   sync.Pool{New: func() any { return &request{done: make(chan struct{}, 1)} }},
		stopped: make(chan struct{}), lead: make(chan struct{}, 1), together: 1, start: time.Now(),
	}
	for _, d := range p.shape {
		p.size *= d
	}
	if m.UsesRows() {
		p.MaxRows = 1
	}
	budget := memory.Budget{Limit: cmp.Or(cfg.MaxBytes, memory.Machine())}
	if err := budget.Take(4*o.Workers, p.MaxRows, p.size); err != nil {
		return nil, fmt.Errorf("Options.MaxRows = %d: %w", o.MaxRows, err)
	}
	for k := range p.queues {
		p.queues[k] = make(chan *request, o.Queue)
	}
	predictors := make([]*nn.Predictor, o.Workers)
	for i := range predictors {
		var err error
		if predictors[i], err = m.NewPredictor(1); err == nil {
			err = p.warm(predictors[i])
		}
		if err != nil {
			for _, q := range predictors[:i+1] {
				if q != nil {
					q.Close()
				}
			}
			return nil, err
		}
	}
	p.lead <- struct{}{}
	for _, q := range predictors {
		p.exited.Go(func() { p.work(q) })
	}
	return p, nil
}

// warm makes the graphs for passes of every size and kind. One graph serves all batches
// that take as many groups of sixteen rows as it has, or at least half as many.
func (p *pool) warm(q *nn.Predictor) error {
	sizes := []int{min(p.MaxRows, lanes.Lanes/2)} // few rows have one of their own
	for groups := (p.MaxRows-1)/lanes.Lanes + 1; groups > 0; groups = (groups - 1) / 2 {
		sizes = append(sizes, min(p.MaxRows, groups*lanes.Lanes))
	}
	for _, rows := range sizes {
		batches := []datasets.Batch{{Inputs: make([]float32, rows*p.size)}, {Pixels: make([]uint8, rows*p.size)}}
		if p.vocabulary > 0 {
			batches = []datasets.Batch{{Tokens: make([]int32, rows*p.size)}}
		}
		for _, b := range batches {
			b.Rows = rows
			if _, err := q.PredictBatch(nil, &b); err != nil {
				return err
			}
		}
	}
	return nil
}

// check returns an error if a row of n values of some kind does not fit the model. It
// would be an error for all rows of its pass.
func (p *pool) check(row datasets.Batch, k kind, n int) error {
	if (k == tokens) != (p.vocabulary > 0) {
		want := "Predict or PredictPixels"
		if p.vocabulary > 0 {
			want = "PredictTokens"
		}
		return fmt.Errorf("%s with Config.Vocabulary = %d of the model: want %s", k.method(), p.vocabulary, want)
	}
	if n != p.size {
		return fmt.Errorf("a row of %d input values: want %d, of shape %v", n, p.size, p.shape)
	}
	for i, t := range row.Tokens {
		if t < 0 || int(t) >= p.vocabulary {
			return fmt.Errorf("token %d at %d: want 0 to %d", t, i, p.vocabulary-1)
		}
	}
	return nil
}

// enqueue makes a request wait for a worker.
func (p *pool) enqueue(r *request, k kind) error {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		return ErrClosed
	}
	select {
	case p.queues[k] <- r:
		return nil
	default:
		return fmt.Errorf("%w: %d rows are waiting", ErrFull, p.Queue)
	}
}

// give returns a request to the spares that was answered or never waited.
func (p *pool) give(r *request) {
	r.ctx = nil
	p.spare.Put(r)
}

// stop tells the workers to stop. Nothing is enqueued afterwards.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.stopped)
	}
}

// isClosed reports whether the workers must stop.
func (p *pool) isClosed() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.closed
}

// close stops the workers, waits for them and answers the requests still waiting.
func (p *pool) close() {
	p.stop()
	p.exited.Wait()
	for _, q := range p.queues {
		for len(q) > 0 {
			select { // another goroutine may be closing too
			case r := <-q:
				r.answer(ErrClosed)
			default:
			}
		}
	}
}

// work gathers and computes passes, in turns with the other workers.
func (p *pool) work(q *nn.Predictor) {
	defer q.Close()
	w := worker{pool: p, predictor: q}
	for !p.isClosed() {
		select {
		case <-p.lead:
		case <-p.stopped:
			return
		}
		ok := w.gather()
		p.lead <- struct{}{}
		if !ok {
			return
		}
		w.compute()
	}
}

// worker is the state of a worker goroutine.
type worker struct {
	*pool
	predictor *nn.Predictor
	pass      []*request
	batch     datasets.Batch
	output    []float32
}

// gather waits for a row and for those that come together with it. It returns false
// if the server is closed.
func (w *worker) gather() bool {
	w.pass = w.pass[:0]
	var first *request
	var queue chan *request
	select {
	case first = <-w.queues[numbers]:
		queue = w.queues[numbers]
	case first = <-w.queues[pixels]:
		queue = w.queues[pixels]
	case first = <-w.queues[tokens]:
		queue = w.queues[tokens]
	case <-w.stopped:
		return false
	}
	w.add(first)
	w.drain(queue)
	if len(w.pass) < w.expected() {
		w.wait(queue)
		w.drain(queue)
	}
	w.together = max(len(w.pass), 1)
	return true
}

// expected is the number of rows that are likely to come together: as many as last time,
// unless no request was answered recently, whose caller could ask again.
func (w *worker) expected() int {
	if time.Since(w.start)-time.Duration(w.answered.Load()) > w.Delay {
		return 1
	}
	return w.together
}

// drain adds the rows that are there, once the goroutines that can run have had their
// turn: mostly those answered last, which ask again. Otherwise the scheduler would let
// the first of them wake a worker, and the others would wait until its pass is over.
func (w *worker) drain(queue chan *request) {
	runtime.Gosched()
	for len(w.pass) < w.MaxRows {
		select {
		case r := <-queue:
			w.add(r)
		default:
			return
		}
	}
}

// wait adds rows as they come, until there are as many as expected or the delay is over.
func (w *worker) wait(queue chan *request) {
	over := time.NewTimer(w.Delay)
	defer over.Stop()
	for len(w.pass) < w.together {
		select {
		case r := <-queue:
			w.add(r)
		case <-over.C:
			return
		case <-w.stopped:
			return
		}
	}
}

// add adds a row to the pass, unless its context is done.
func (w *worker) add(r *request) {
	if r.ctx.Err() == nil {
		w.pass = append(w.pass, r)
	}
}

// compute computes the pass and answers.
func (w *worker) compute() {
	if len(w.pass) == 0 {
		return
	}
	b := &w.batch
	b.Rows, b.Inputs, b.Pixels, b.Tokens = len(w.pass), b.Inputs[:0], b.Pixels[:0], b.Tokens[:0]
	for _, r := range w.pass {
		b.Inputs = append(b.Inputs, r.row.Inputs...)
		b.Pixels = append(b.Pixels, r.row.Pixels...)
		b.Tokens = append(b.Tokens, r.row.Tokens...)
	}
	output, err := w.predictor.PredictBatch(w.output, b)
	if err != nil { // because of some row: each is computed alone
		for _, r := range w.pass {
			r.output, r.err = w.predictor.PredictBatch(r.output, &r.row)
		}
	} else {
		w.output = output
		each := len(output) / len(w.pass)
		for i, r := range w.pass {
			r.output = append(r.output[:0], output[i*each:(i+1)*each]...)
		}
	}
	w.answered.Store(int64(time.Since(w.start)))
	for i, r := range w.pass {
		r.answer(r.err)
		w.pass[i] = nil
	}
}

// answer ends the wait of the caller.
func (r *request) answer(err error) {
	r.err = err
	r.done <- struct{}{}
}
