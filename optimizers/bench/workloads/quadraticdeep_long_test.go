//go:build long

package workloads

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// With the order of the rows drawn once, ten seeds agree with the published means
// within three standard errors at every epoch. With a new order in every epoch they
// do not.
func TestLongQuadraticDeep(t *testing.T) {
	largest := func(n *Network) (all float64) {
		for name, differences := range agreement(t, n, 10, 100) {
			t.Logf("%-8s %.1f standard errors", name, differences)
			for _, d := range differences {
				all = max(all, math.Abs(d))
			}
		}
		return all
	}
	n := QuadraticDeep()
	assert.Less(t, largest(n), 3.)
	n.FixedOrder = false
	assert.Greater(t, largest(n), 4.)
}
