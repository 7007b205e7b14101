package main

import (
	"descent/datasets"
	"fmt"
)

// Sentences is a custom data set of tokens with padding: sentences of several
// lengths, in which each token except the last predicts the next one.
type Sentences struct {
	Tokens [][]int32 // each sentence at most Length + 1 tokens
	Length int
}

// Len returns the number of sentences.
func (s Sentences) Len() int { return len(s.Tokens) }

// InputShape returns the number of positions.
func (s Sentences) InputShape() []int { return []int{s.Length} }

// Gather fills in the token and the label of each position. Padding is token 0 with
// weight 0, so it counts in no loss and no metric.
func (s Sentences) Gather(b *datasets.Batch, rows []int) error {
	*b = datasets.Batch{Rows: len(rows), Tokens: b.Tokens[:0], Labels: b.Labels[:0], Weights: b.Weights[:0]}
	for _, r := range rows {
		sentence := s.Tokens[r]
		if n := len(sentence); n < 2 || n > s.Length+1 {
			return fmt.Errorf("sentence %d has %d tokens: want 2 to %d", r, n, s.Length+1)
		}
		for i := range s.Length {
			token, label, weight := int32(0), int32(0), float32(0)
			if i+1 < len(sentence) {
				token, label, weight = sentence[i], sentence[i+1], 1
			}
			b.Tokens, b.Labels, b.Weights = append(b.Tokens, token), append(b.Labels, label), append(b.Weights, weight)
		}
	}
	return nil
}
