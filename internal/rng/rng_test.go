package rng

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStreams(t *testing.T) {
	draw := func(seed uint64, labels ...string) [4]uint64 {
		r := New(seed, labels...)
		return [4]uint64{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
	}
	assert.Equal(t, draw(1, "a", "b"), draw(1, "a", "b"))
	for _, other := range [][4]uint64{draw(2, "a", "b"), draw(1, "ab"), draw(1, "a", "b", ""), draw(1, "b", "a"), draw(1)} {
		assert.NotEqual(t, draw(1, "a", "b"), other)
	}
	assert.Equal(t, Key(7, "x"), Key(7, "x"))
	assert.NotEqual(t, Key(7, "x"), Key(8, "x"))
	assert.NotEqual(t, Key(7, "x"), Key(7, "y"))
}

// The first numbers of SplitMix64 seeded with 0, as its authors' code gives them.
func TestMix(t *testing.T) {
	assert.Equal(t, uint64(0xe220a8397b1dcdaf), Mix(0, 1))
	assert.Equal(t, uint64(0x6e789e6aa1b965f4), Mix(0, 2))
	assert.Equal(t, uint64(0x06c45d188009454f), Mix(0, 3))
}

// The streams are part of the promise that a seed gives the same run, so
// their values are pinned.
func TestPinned(t *testing.T) {
	assert.Equal(t, uint64(0x9586fcfd70769de3), New(1, "weights").Uint64())
	assert.Equal(t, uint64(0xc927ce071174fe4a), Key(1, "dropout"))
}
