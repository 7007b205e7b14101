package memory

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestProduct(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		want  int
		ok    bool
	}{
		{nil, 1, true},
		{[]int{3, 4}, 12, true},
		{[]int{math.MaxInt, 1}, math.MaxInt, true},
		{[]int{math.MaxInt, 2}, 0, false},
		{[]int{math.MaxInt, math.MaxInt}, 0, false},
		{[]int{math.MaxInt/2 + 1, 4}, 0, false}, // 0 if the overflow is not seen
		{[]int{0, math.MaxInt}, 0, true},
		{[]int{-1, -1}, 0, false},
	} {
		n, ok := Product(c.sizes...)
		assert.Equal(t, c.want, n, "%v", c.sizes)
		assert.Equal(t, c.ok, ok, "%v", c.sizes)
	}
}

func TestBudget(t *testing.T) {
	b := Budget{Limit: 100}
	assert.NoError(t, b.Take(4, 5, 2))
	assert.NoError(t, b.Take(8))
	err := b.Take(4, 14)
	assert.EqualError(t, err, "memory of shape [14]: 56 bytes, beside 48 in use: want at most 100 in all (MaxBytes)")
	assert.ErrorIs(t, err, ErrLimit)
	assert.ErrorContains(t, b.Take(4, math.MaxInt), "more bytes than an int can count: want at most 100")
	assert.NoError(t, b.Take(4, 13))
	assert.Equal(t, int64(100), b.Used)
}

func TestMachine(t *testing.T) {
	assert.Greater(t, Machine(), int64(1<<26))
	kib, ok := total([]byte("MemTotal:       16384 kB\nMemFree: 1 kB\n"))
	assert.True(t, ok)
	assert.Equal(t, int64(16384), kib)
	for _, bad := range []string{"", "MemTotal:", "MemTotal: x kB", "MemFree: 5 kB", "MemTotal: -5 kB", "MemTotal: 99999999999999999 kB"} {
		_, ok := total([]byte(bad))
		assert.False(t, ok, bad)
	}
}
