package nn

import (
	"errors"
	"fmt"

	"descent/datasets"
)

// PredictNext returns what a language model says after each of some contexts: the
// output at the place of its last token, for one of [GPT] the logits of the next token.
// It uses the memory of dst if that is large enough. Sixteen contexts take no longer
// than one.
//
// The network is one of tokens [T] to rows [T, …] in which no place sees a later one, as
// with causal attention or a recurrent layer: a context of fewer than T tokens is
// filled up at its end. Of a longer one the last T count. An empty one is an error.
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
			return nil, fmt.Errorf("nn: next: context %d is empty: want a token or more", i)
		}
		copy(b.Tokens[i*length:][:length], c[max(len(c)-length, 0):])
	}
	if len(contexts) == 0 {
		return nil, errors.New("nn: next: no contexts: want one or more")
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
