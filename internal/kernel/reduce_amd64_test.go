//go:build amd64 && !purego

package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddGroups(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for range 100 {
		n, groups := 1+r.IntN(9), 1+r.IntN(7)
		step := n + r.IntN(3)
		x, _ := guarded(r, groups*step*Lanes, 1)
		start, _ := guarded(r, n*Lanes, 1)
		want := append([]float32(nil), start...)
		for g := range groups {
			for i := range want {
				want[i] += x[g*step*Lanes+i]
			}
		}
		for _, isa := range vectorISAs(t) {
			sums, check := guarded(r, n*Lanes, 1)
			copy(sums, start)
			addGroups(isa, sums, x, step, groups)
			require.Equal(t, want, sums)
			check(t)
		}
	}
}
