package datasets

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/fuzzing"
)

func TestVocabulary(t *testing.T) {
	v, err := Characters("héllo, 世界\n")
	require.NoError(t, err)
	assert.Equal(t, Vocabulary{"\n", " ", ",", "h", "l", "o", "é", "世", "界"}, v)
	tokens, err := v.Encode("hé世")
	require.NoError(t, err)
	assert.Equal(t, []int32{3, 6, 7}, tokens)
	text, err := v.Decode(tokens)
	require.NoError(t, err)
	assert.Equal(t, "hé世", text)
	_, err = v.Decode([]int32{0, 9})
	assert.EqualError(t, err, "datasets: Decode: token 9 at 1: want [0, 9)")
	_, err = v.Decode([]int32{-1})
	assert.EqualError(t, err, "datasets: Decode: token -1 at 0: want [0, 9)")
	_, err = v.Encode("hex")
	assert.EqualError(t, err, "datasets: Encode: character 'e' at byte 1 of the text: want one of the 9 of the vocabulary")
	_, err = Characters("")
	assert.EqualError(t, err, "datasets: Characters: an empty text: want 1 or more characters")
	_, err = Characters("a\xe4")
	assert.EqualError(t, err, "datasets: Characters: byte 1 of the text, 0xe4, is not UTF-8: want UTF-8, or the vocabulary of Bytes")
	v, err = Characters("\ufffd")
	require.NoError(t, err, "a replacement character that is there")
	assert.Equal(t, Vocabulary{"\ufffd"}, v)
}

// The bytes are their own tokens, and a vocabulary of both takes characters first.
func TestBytes(t *testing.T) {
	v := Bytes()
	assert.Len(t, v, 256)
	assert.Equal(t, []string{"a", "\x7f", "<0x80>", "<0xFF>"}, []string{v['a'], v[127], v[128], v[255]})
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	tokens, err := v.Encode(string(all) + "é")
	require.NoError(t, err)
	for i, b := range append(slices.Clone(all), "é"...) {
		assert.Equal(t, int32(b), tokens[i])
	}
	text, err := v.Decode(tokens)
	require.NoError(t, err)
	assert.Equal(t, string(all)+"é", text)

	both := append(Bytes(), "é", "\ufffd")
	tokens, err = both.Encode("éè\xff\ufffd")
	require.NoError(t, err)
	assert.Equal(t, []int32{256, 0xc3, 0xa8, 0xff, 257}, tokens)
	for _, text := range both {
		assert.True(t, strings.ToValidUTF8(text, "") == text, "a model's file holds it")
	}
}

func TestVocabularyErrors(t *testing.T) {
	for want, v := range map[string]Vocabulary{
		`a Vocabulary of 0 tokens: want 1 or more`:                                                              nil,
		`Vocabulary[1] = "a": want a character, or a byte from <0x00> to <0xFF>, that is not there before`:      {"a", "a"},
		`Vocabulary[1] = "é": want a character, or a byte from <0x00> to <0xFF>, that is not there before`:      {"é", "é"},
		`Vocabulary[0] = "": want a character, or a byte from <0x00> to <0xFF>, that is not there before`:       {""},
		`Vocabulary[0] = "the": want a character, or a byte from <0x00> to <0xFF>, that is not there before`:    {"the"},
		`Vocabulary[0] = "\xff": want a character, or a byte from <0x00> to <0xFF>, that is not there before`:   {"\xff"},
		`Vocabulary[1] = "<0x41>": want a character, or a byte from <0x00> to <0xFF>, that is not there before`: {"<0x41>", "<0x41>"},
		`Vocabulary[0] = "<0xff>": want a character, or a byte from <0x00> to <0xFF>, that is not there before`: {"<0xff>"},
		`Vocabulary[0] = "<0x+1>": want a character, or a byte from <0x00> to <0xFF>, that is not there before`: {"<0x+1>"},
	} {
		_, err := v.Encode("a")
		assert.EqualError(t, err, "datasets: Encode: "+want)
	}
}

// Whatever the bytes: those of a text that has a vocabulary come back.
func FuzzVocabulary(f *testing.F) {
	f.Add("abc", "a\nb")
	f.Add("\xff<0x80>", "\u2028é")
	f.Add("", "<")
	f.Add("\xed\xa0\x80", "\x1b[31m")
	f.Fuzz(func(t *testing.T, text, other string) {
		tokens, err := Bytes().Encode(text)
		require.NoError(t, err)
		require.Len(t, tokens, len(text))
		again, err := Bytes().Decode(tokens)
		require.NoError(t, err)
		require.Equal(t, text, again)

		v, err := Characters(text)
		fuzzing.Error(t, err, "datasets: Characters: ")
		if err == nil {
			tokens, err = v.Encode(text)
			require.NoError(t, err)
			again, err = v.Decode(tokens)
			require.NoError(t, err)
			require.Equal(t, text, again)
			_, err = v.Encode(other)
			fuzzing.Error(t, err, "datasets: Encode: ")
		}
		var elements Vocabulary = strings.Split(other, ",")
		tokens, err = elements.Encode(text)
		fuzzing.Error(t, err, "datasets: Encode: ")
		if err == nil {
			again, err = elements.Decode(tokens)
			require.NoError(t, err)
			require.Equal(t, text, again)
		}
	})
}
