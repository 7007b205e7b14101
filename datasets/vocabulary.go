package datasets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Vocabulary lists the meanings of a text's tokens. Token i stands for element i, which
// is one character or, written from <0x00> to <0xFF>, one byte. It is a plain value
// to save with a model, as the Tokens of [descent/nn/modelfile.Info]. Make one with
// [Characters] or [Bytes].
//
// A text is encoded character by character. A character that the vocabulary lacks, or
// a byte that is not UTF-8, becomes the tokens of its bytes if the vocabulary has them.
type Vocabulary []string

// Characters returns the vocabulary of the characters of a text, in the order of their
// code points. It is an error if the text is empty or not UTF-8.
func Characters(text string) (Vocabulary, error) {
	v, err := characters(text)
	if err != nil {
		return nil, fmt.Errorf("datasets: Characters: %w", err)
	}
	return v, nil
}

func characters(text string) (Vocabulary, error) {
	if text == "" {
		return nil, errors.New("an empty text: want 1 or more characters")
	}
	seen := map[rune]bool{}
	for i, r := range text {
		if r == utf8.RuneError && isByte(text[i:]) {
			return nil, notUTF8(text, i)
		}
		seen[r] = true
	}
	var v Vocabulary
	for r := range seen {
		v = append(v, string(r))
	}
	slices.Sort(v) // UTF-8 sorts as the code points do
	return v, nil
}

// Bytes returns the vocabulary of the 256 bytes, which encodes any text. Token i is
// byte i. Bytes below 0x80 are written as their ASCII characters.
func Bytes() Vocabulary {
	v := make(Vocabulary, 256)
	for i := range v {
		if v[i] = string(rune(i)); i >= utf8.RuneSelf {
			v[i] = fmt.Sprintf("<0x%02X>", i)
		}
	}
	return v
}

// isByte reports whether a text begins with a byte that is not UTF-8.
func isByte(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	return r == utf8.RuneError && size == 1
}

func notUTF8(text string, at int) error {
	return fmt.Errorf("byte %d of the text, 0x%02x, is not UTF-8: want UTF-8, or the vocabulary of Bytes", at, text[at])
}

// byteOf returns the byte that an element such as <0x80> stands for.
func byteOf(element string) (b byte, ok bool) {
	digits, ok := strings.CutPrefix(element, "<0x")
	digits, closed := strings.CutSuffix(digits, ">")
	if !ok || !closed || len(digits) != 2 || strings.ToUpper(digits) != digits {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 8)
	return byte(n), err == nil
}

// lookup finds the tokens of characters and bytes, or −1 if there is none.
type lookup struct {
	ascii [utf8.RuneSelf]int32
	other map[rune]int32
	bytes [256]int32
}

// token returns the token of a character, or −1.
func (l *lookup) token(r rune) int32 {
	if r < utf8.RuneSelf {
		return l.ascii[r]
	}
	if t, ok := l.other[r]; ok {
		return t
	}
	return -1
}

// lookup reports an element that is neither a character nor a byte, or occurs twice.
func (v Vocabulary) lookup() (*lookup, error) {
	l := &lookup{other: map[rune]int32{}}
	for i := range l.ascii {
		l.ascii[i] = -1
	}
	for i := range l.bytes {
		l.bytes[i] = -1
	}
	if len(v) == 0 {
		return nil, errors.New("a Vocabulary of 0 tokens: want 1 or more")
	}
	for i, element := range v {
		if b, ok := byteOf(element); ok && l.bytes[b] < 0 {
			l.bytes[b] = int32(i)
			continue
		}
		r, size := utf8.DecodeRuneInString(element)
		if size == 0 || size != len(element) || isByte(element) || l.token(r) >= 0 {
			return nil, badElement("Vocabulary", i, quoted(element), "a character, or a byte from <0x00> to <0xFF>, that is not there before")
		}
		if r < utf8.RuneSelf {
			l.ascii[r] = int32(i)
		} else {
			l.other[r] = int32(i)
		}
	}
	return l, nil
}

// Encode returns the tokens of a text. It is an error if the vocabulary lacks a
// character, has an element that is neither a character nor a byte, or has an element
// twice.
func (v Vocabulary) Encode(text string) ([]int32, error) {
	tokens, err := v.encode(text)
	if err != nil {
		return nil, fmt.Errorf("datasets: Encode: %w", err)
	}
	return tokens, nil
}

func (v Vocabulary) encode(text string) ([]int32, error) {
	l, err := v.lookup()
	if err != nil {
		return nil, err
	}
	tokens := make([]int32, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		invalid := r == utf8.RuneError && size == 1
		if t := l.token(r); t >= 0 && !invalid {
			tokens = append(tokens, t)
			i += size
			continue
		}
		for _, b := range []byte(text[i : i+size]) {
			t := l.bytes[b]
			switch {
			case t < 0 && invalid:
				return nil, notUTF8(text, i)
			case t < 0:
				return nil, fmt.Errorf("character %q at byte %d of the text: want one of the %d of the vocabulary", r, i, len(v))
			}
			tokens = append(tokens, t)
		}
		i += size
	}
	return tokens, nil
}

// Decode returns the text of some tokens. It is not UTF-8 where they stand for bytes
// that are not. It is an error if a token is outside the vocabulary.
func (v Vocabulary) Decode(tokens []int32) (string, error) {
	var text strings.Builder
	for i, t := range tokens {
		if t < 0 || int(t) >= len(v) {
			return "", fmt.Errorf("datasets: Decode: token %d at %d: want [0, %d)", t, i, len(v))
		}
		if b, ok := byteOf(v[t]); ok {
			text.WriteByte(b)
		} else {
			text.WriteString(v[t])
		}
	}
	return text.String(), nil
}
