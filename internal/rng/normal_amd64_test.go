package rng

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The fingerprint is that of NormFloat64 without fused products. Of these draws,
// some hundreds come from the tail and some thousands from the wedges. On other
// processors math.Log may differ.
func TestNormalBits(t *testing.T) {
	r, h := New(1, "normal"), fnv.New64a()
	for range 1_000_000 {
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(Normal(r))))
	}
	assert.Equal(t, uint64(0xe9aa7f565da84b26), h.Sum64(), "%#x", h.Sum64())
}
