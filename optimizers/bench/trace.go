package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"

	"descent/optimizers"
)

// trace hashes numbers and strings.
type trace struct {
	sha256 hash.Hash
	buffer []byte
}

func newTrace() *trace { return &trace{sha256: sha256.New()} }

func (t *trace) add(bits uint64) {
	if len(t.buffer) >= 4096 {
		t.flush()
	}
	t.buffer = binary.LittleEndian.AppendUint64(t.buffer, bits)
}

func (t *trace) flush() {
	t.sha256.Write(t.buffer)
	t.buffer = t.buffer[:0]
}

// text adds a string with its length, so that two strings differ from their
// concatenation.
func (t *trace) text(s string) {
	t.add(uint64(len(s)))
	t.buffer = append(t.buffer, s...)
}

// number adds the bits of v. All NaNs are equal.
func (t *trace) number(v float64) {
	if math.IsNaN(v) {
		v = math.NaN()
	}
	t.add(math.Float64bits(v))
}

func (t *trace) sum() string {
	t.flush()
	return hex.EncodeToString(t.sha256.Sum(nil)[:sumSize])
}

// addNumbers adds numbers and their count.
func addNumbers[T optimizers.Float](t *trace, v []T) {
	t.add(uint64(len(v)))
	for _, x := range v {
		t.number(float64(x))
	}
}
