package datasets

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/fuzzing"
)

// decoded are the inputs and the labels of all batches, as text.
func decoded(t *testing.T, d *Text, batch int) (inputs, labels [][]string) {
	l := &Loader{Dataset: d, BatchSize: batch}
	for b, err := range l.Epoch(t.Context(), 0) {
		require.NoError(t, err)
		var in, out []string
		n := d.InputShape()[0]
		for i := range b.Rows {
			for _, x := range []struct {
				to     *[]string
				tokens []int32
			}{{&in, b.Tokens}, {&out, b.Labels}} {
				text, err := d.Vocabulary().Decode(x.tokens[i*n:][:n])
				require.NoError(t, err)
				*x.to = append(*x.to, text)
			}
		}
		inputs, labels = append(inputs, in), append(labels, out)
	}
	return inputs, labels
}

func TestText(t *testing.T) {
	d, err := NewText("abcdefghijk", TextConfig{Length: 3})
	require.NoError(t, err)
	in, out := decoded(t, d, 2)
	assert.Equal(t, [][]string{{"abc", "def"}, {"ghi"}}, in)
	assert.Equal(t, [][]string{{"bcd", "efg"}, {"hij"}}, out)
	assert.Equal(t, 2, d.Batches(2))

	d, err = NewText("abcdefg", TextConfig{Length: 4, Stride: 1})
	require.NoError(t, err)
	in, out = decoded(t, d, 3)
	assert.Equal(t, [][]string{{"abcd", "bcde", "cdef"}}, in)
	assert.Equal(t, [][]string{{"bcde", "cdef", "defg"}}, out)

	d, err = NewText("abcdefg", TextConfig{Length: 1, Stride: 4})
	require.NoError(t, err)
	in, _ = decoded(t, d, 2)
	assert.Equal(t, [][]string{{"a", "e"}}, in)
}

// Each row of a batch continues that of the batch before.
func TestTextStreams(t *testing.T) {
	d, err := NewText("abcdefghijklmnop", TextConfig{Length: 2, Streams: 3})
	require.NoError(t, err)
	assert.Equal(t, 3, d.Streams())
	in, out := decoded(t, d, 3)
	assert.Equal(t, [][]string{{"ab", "ef", "ij"}, {"cd", "gh", "kl"}}, in)
	assert.Equal(t, [][]string{{"bc", "fg", "jk"}, {"de", "hi", "lm"}}, out)

	l := &Loader{Dataset: d, BatchSize: 3, Shuffle: true}
	assert.EqualError(t, l.Validate(), "datasets: Loader: Shuffle = true for a Text of 3 Streams: want false, since each batch continues the one before")
	plain, err := NewText("abcdef", TextConfig{Length: 2})
	require.NoError(t, err)
	assert.NoError(t, (&Loader{Dataset: plain, BatchSize: 1, Shuffle: true}).Validate())
}

// Rows are slices of the text, as many as it has, in the order of the streams.
func TestTextProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-fąé€😀]{1,60}`).Draw(t, "text")
		runes := []rune(text)
		c := TextConfig{
			Length:  rapid.IntRange(1, 6).Draw(t, "length"),
			Stride:  rapid.IntRange(0, 6).Draw(t, "stride"),
			Streams: rapid.SampledFrom([]int{0, 0, 1, 2, 5}).Draw(t, "streams"),
		}
		if c.Streams > 0 {
			c.Stride = 0
		}
		d, err := NewText(text, c)
		streams, stride := max(c.Streams, 1), c.Stride
		if stride == 0 {
			stride = c.Length
		}
		each := 0 // examples in a stream
		for part := (len(runes) - 1) / streams; each*stride+c.Length <= part; each++ {
		}
		if each == 0 {
			require.ErrorContains(t, err, "want more than Length")
			return
		}
		require.NoError(t, err)
		require.Equal(t, each*streams, d.Len())
		v := d.Vocabulary()
		for r := range d.Len() {
			var b Batch
			require.NoError(t, d.Gather(&b, []int{r}))
			begin := stride * r
			if c.Streams > 0 {
				begin = stride * (r%streams*each + r/streams)
			}
			in, err := v.Decode(b.Tokens)
			require.NoError(t, err)
			out, err := v.Decode(b.Labels)
			require.NoError(t, err)
			require.Equal(t, string(runes[begin:][:c.Length]), in)
			require.Equal(t, string(runes[begin+1:][:c.Length]), out)
		}
	})
}

func TestTextErrors(t *testing.T) {
	for want, c := range map[string]struct {
		text string
		TextConfig
	}{
		"an empty text: want 1 or more characters":                                             {"", TextConfig{Length: 1}},
		"a text of 3 tokens: want more than Length, 3":                                         {"abc", TextConfig{Length: 3}},
		"a text of 1 tokens: want more than Length, 1":                                         {"a", TextConfig{Length: 1, Streams: 1}},
		"a text of 6 tokens: want more than Length, 2, in each of 3 Streams":                   {"abcdef", TextConfig{Length: 2, Streams: 3}},
		"a text of 2 tokens: want more than Length, 9223372036854775807":                       {"ab", TextConfig{Length: math.MaxInt}},
		"a text of 2 tokens: want more than Length, 1, in each of 9223372036854775807 Streams": {"ab", TextConfig{Length: 1, Streams: math.MaxInt}},
		"TextConfig.Length = 0: want 1 or more":                                                {"abc", TextConfig{}},
		"TextConfig.Stride = -1: want 0 or more":                                               {"abc", TextConfig{Length: 1, Stride: -1}},
		"TextConfig.Streams = -1: want 0 or more":                                              {"abc", TextConfig{Length: 1, Streams: -1}},
		"TextConfig.Stride = 1 with Streams: want 0 or Length, 2":                              {"abc", TextConfig{Length: 2, Stride: 1, Streams: 1}},
		"byte 2 of the text, 0xff, is not UTF-8: want UTF-8, or the vocabulary of Bytes":       {"ab\xff", TextConfig{Length: 1}},
		"byte 1 of the text, 0xc3, is not UTF-8: want UTF-8, or the vocabulary of Bytes":       {"a\xc3", TextConfig{Length: 1, Vocabulary: Vocabulary{"a", "\ufffd"}}},
		"character 'é' at byte 1 of the text: want one of the 1 of the vocabulary":             {"aé", TextConfig{Length: 1, Vocabulary: Vocabulary{"a"}}},
		"a Vocabulary of 0 tokens: want 1 or more":                                             {"a", TextConfig{Length: 1, Vocabulary: Vocabulary{}}},
	} {
		_, err := NewText(c.text, c.TextConfig)
		assert.EqualError(t, err, "datasets: Text: "+want)
		_, err = ReadText(strings.NewReader(c.text), c.TextConfig)
		assert.EqualError(t, err, "datasets: Text: "+want)
	}
	name := filepath.Join(t.TempDir(), "x.txt")
	_, err := ReadTextFile(name, TextConfig{Length: 1})
	assert.ErrorIs(t, err, os.ErrNotExist)
	fuzzing.Error(t, err, "datasets: Text: open ")
	require.NoError(t, os.WriteFile(name, []byte("a\n"), 0o600))
	d, err := ReadTextFile(name, TextConfig{Length: 1})
	require.NoError(t, err)
	assert.Equal(t, Vocabulary{"\n", "a"}, d.Vocabulary())
	_, err = ReadTextFile(name, TextConfig{Length: 2})
	assert.EqualError(t, err, "datasets: Text: "+name+": a text of 2 tokens: want more than Length, 2")
	_, err = ReadText(nil, TextConfig{Length: 1})
	assert.EqualError(t, err, "datasets: Text: the reader is nil: want an io.Reader")
	assert.EqualError(t, d.Gather(new(Batch), []int{1}), "datasets: Gather: rows[0] = 1: want [0, 1)")
	assert.EqualError(t, d.Gather(nil, []int{0}), "datasets: Gather: the batch is nil: want a Batch")
}

// Whatever the text and the configuration: there are examples, all of Length, and
// memory is in proportion to the text.
func FuzzReadText(f *testing.F) {
	f.Add("abcdefg", 2, 0, 3)
	f.Add("abcdefg", 2, 1, 0)
	f.Add("é\xff", 1, 0, 0)
	f.Add(strings.Repeat("x", 5000), 1<<40, 0, 1)
	f.Add("ab", 1, 1<<62, 0)
	f.Fuzz(func(t *testing.T, text string, length, stride, streams int) {
		var d *Text
		var err error
		fuzzing.Bounded(t, len(text), 200, 64<<10, func() {
			d, err = ReadText(strings.NewReader(text), TextConfig{Length: length, Stride: stride, Streams: streams})
		})
		fuzzing.Error(t, err, "datasets: Text: ")
		if err != nil {
			require.Nil(t, d)
			return
		}
		var b Batch
		require.NoError(t, d.Gather(&b, []int{0, d.Len() - 1}))
		require.Len(t, b.Tokens, 2*length)
		require.Len(t, b.Labels, 2*length)
	})
}
