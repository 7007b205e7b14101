package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"descent/internal/isnil"
)

// TextConfig specifies how to divide a text into examples.
type TextConfig struct {
	// Vocabulary encodes the text. If nil, it is that of the text's [Characters]. A
	// test text should use the vocabulary of the training text.
	Vocabulary Vocabulary

	Length int // tokens of an example, 1 or more

	// Stride is the number of tokens from the beginning of one example to that of the
	// next: 1 for an example at every position of the text. If zero, it is Length, so
	// that no token is an input twice.
	Stride int

	// Streams, if not zero, orders the examples for a recurrent network that carries
	// its state from batch to batch. The text is cut into this many parts of equal
	// length, and example i is number i/Streams of part i mod Streams. In a [Loader]
	// with a BatchSize of Streams and without Shuffle, row r of every batch then
	// continues row r of the batch before. Stride must be zero or Length.
	Streams int
}

// Text is a [Dataset] of parts of a text, for next-token prediction. The inputs of an
// example are Length tokens; its labels are the token after each of them. For tokens t
// and an example that begins at b, they are
//
//	inputs t[b], …, t[b+Length−1]; labels t[b+1], …, t[b+Length]
//
// Tokens at the end that don't fill an example are left out. Make one with
// [NewText] or [ReadTextFile].
type Text struct {
	tokens     []int32
	vocabulary Vocabulary
	shape      []int // [Length]
	stride     int   // from an example to the next of its stream
	streams    int   // as in TextConfig
	rows       int
}

var _ Dataset = (*Text)(nil)

// NewText returns the examples of a text. It is an error if the text is empty, if it
// is not UTF-8 or has a character that the vocabulary lacks (unless the vocabulary has
// the bytes for it), if it is too short for an example or for one in each stream, or
// if a field of the configuration is out of range.
func NewText(text string, c TextConfig) (*Text, error) {
	t, err := newText(text, c)
	if err != nil {
		return nil, fmt.Errorf("datasets: Text: %w", err)
	}
	return t, nil
}

// ReadText calls [NewText] on the text read from r to its end.
func ReadText(r io.Reader, c TextConfig) (*Text, error) {
	if isnil.Value(r) {
		return nil, errors.New("datasets: Text: the reader is nil: want an io.Reader")
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("datasets: Text: %w", err)
	}
	return NewText(string(text), c)
}

// ReadTextFile calls [NewText] on a file.
func ReadTextFile(name string, c TextConfig) (*Text, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("datasets: Text: %w", err)
	}
	t, err := newText(string(text), c)
	if err != nil {
		return nil, fmt.Errorf("datasets: Text: %s: %w", name, err)
	}
	return t, nil
}

func newText(text string, c TextConfig) (t *Text, err error) {
	switch {
	case c.Length < 1:
		return nil, fmt.Errorf("TextConfig.Length = %d: want 1 or more", c.Length)
	case c.Stride < 0:
		return nil, fmt.Errorf("TextConfig.Stride = %d: want 0 or more", c.Stride)
	case c.Streams < 0:
		return nil, fmt.Errorf("TextConfig.Streams = %d: want 0 or more", c.Streams)
	case c.Streams > 0 && c.Stride != 0 && c.Stride != c.Length:
		return nil, fmt.Errorf("TextConfig.Stride = %d with Streams: want 0 or Length, %d", c.Stride, c.Length)
	case text == "":
		return nil, errors.New("an empty text: want 1 or more characters")
	}
	if c.Vocabulary == nil {
		if c.Vocabulary, err = characters(text); err != nil {
			return nil, err
		}
	}
	if c.Stride == 0 {
		c.Stride = c.Length
	}
	t = &Text{vocabulary: slices.Clone(c.Vocabulary), shape: []int{c.Length}, stride: c.Stride, streams: c.Streams}
	if t.tokens, err = c.Vocabulary.encode(text); err != nil {
		return nil, err
	}
	n := len(t.tokens) - 1 // that have a token after them
	each := n / max(c.Streams, 1)
	switch {
	case each < c.Length && c.Streams > 1:
		return nil, fmt.Errorf("a text of %d tokens: want more than Length, %d, in each of %d Streams", n+1, c.Length, c.Streams)
	case each < c.Length:
		return nil, fmt.Errorf("a text of %d tokens: want more than Length, %d", n+1, c.Length)
	}
	t.rows = max(c.Streams, 1) * ((each-c.Length)/c.Stride + 1)
	return t, nil
}

func (t *Text) Len() int { return t.rows }

// InputShape returns [Length].
func (t *Text) InputShape() []int { return t.shape }

// Batches returns ⌈Len/size⌉, the number of batches in an epoch, or zero if size < 1.
func (t *Text) Batches(size int) int { return batches(t.rows, size) }

// Vocabulary returns the vocabulary that encoded the text.
func (t *Text) Vocabulary() Vocabulary { return slices.Clone(t.vocabulary) }

// Streams returns TextConfig.Streams.
func (t *Text) Streams() int { return t.streams }

func (t *Text) Gather(b *Batch, rows []int) error {
	if err := checkRows(rows, t.rows); err != nil {
		return fmt.Errorf("datasets: Gather: %w", err)
	}
	if b == nil {
		return errors.New("datasets: Gather: the batch is nil: want a Batch")
	}
	*b = Batch{Rows: len(rows), Tokens: b.Tokens[:0], Labels: b.Labels[:0]}
	if len(rows) == 0 {
		return nil
	}
	length := t.shape[0]
	if len(rows) > math.MaxInt/length {
		return fmt.Errorf("datasets: Gather: %d rows of shape %v: want a product that fits in memory", len(rows), t.shape)
	}
	for _, r := range rows {
		begin := r * t.stride
		if t.streams > 0 {
			each := t.rows / t.streams
			begin = (r%t.streams*each + r/t.streams) * t.stride
		}
		b.Tokens = append(b.Tokens, t.tokens[begin:begin+length]...)
		b.Labels = append(b.Labels, t.tokens[begin+1:begin+1+length]...)
	}
	return nil
}
