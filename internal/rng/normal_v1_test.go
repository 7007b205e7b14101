//go:build amd64 && !amd64.v3

package rng

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Package math/rand/v2 is built without fused products here, and draws the same.
func TestNormalIsNormFloat64(t *testing.T) {
	a, b := New(1, "normal"), New(1, "normal")
	for i := range 1_000_000 {
		if x, y := a.NormFloat64(), Normal(b); x != y {
			require.Equal(t, x, y, "draw %d", i)
		}
	}
	require.Equal(t, a.Uint64(), b.Uint64())
}
