package nn

import (
	"errors"
	"fmt"

	"descent/datasets"
)

// PredictNext returns the output of a language model after each context: the output at
// the position of its last token, which for a [GPT] is the logits of the next token.
// It uses the memory of dst if that is large enough. Sixteen contexts take no longer
// than one.
//
// The network must map tokens [T] to rows [T, …], and no position may depend on a later
// one, as with causal attention or a recurrent layer. A context of fewer than T tokens
// is padded at its end. Of a longer one the last T tokens count. An empty context is an
// error.
func (m *runner) PredictNext(dst []float32, contexts ...[]int32) ([]float32, error) {
	if m.net == nil {
		return nil, errEmpty
	}
	if m.cfg.Vocabulary == 0 || len(m.cfg.Input) != 1 || len(m.output) < 2 || m.output[0] != m.cfg.Input[0] {
		return nil, fmt.Errorf("nn: next: network of rows %v to rows %v: want tokens [T] to [T ...]", m.cfg.Input, m.output)
	}
	length := m.cfg.Input[0]
	b := datasets.Batch{Rows: len(contexts), Tokens: make([]int32, len(contexts)*length)}
	for i, c := range contexts {
		if len(c) == 0 {
			return nil, fmt.Errorf("nn: next: context %d is empty: want 1 or more tokens", i)
		}
		copy(b.Tokens[i*length:][:length], c[max(len(c)-length, 0):])
	}
	if len(contexts) == 0 {
		return nil, errors.New("nn: next: no contexts: want 1 or more")
	}
	all, err := m.PredictBatch(nil, &b)
	if err != nil {
		return nil, err
	}
	dst = dst[:0]
	size := len(all) / (len(contexts) * length)
	for i, c := range contexts {
		last := i*length + min(len(c), length) - 1
		dst = append(dst, all[last*size:][:size]...)
	}
	return dst, nil
}
