//go:build amd64 && !purego

package kernel

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConvertOffsets(t *testing.T) {
	var a convertArgs
	assert.Equal(t, []uintptr{0, 128, 136, 144}, []uintptr{
		unsafe.Offsetof(a.row), unsafe.Offsetof(a.at), unsafe.Offsetof(a.lanes), unsafe.Offsetof(a.blocks),
	})
}

func TestLanesToPanel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for n := Lanes; n <= panelRow; n++ {
		for _, isa := range vectorISAs(t) {
			lanes, _ := guarded(r, n*Lanes, 1)
			panel, check := guarded(r, Lanes*panelRow, 1)
			want := append([]float32(nil), panel...)
			lanesToPanel(isa, n, panel, lanes)
			for i, v := range lanes {
				want[i%Lanes*panelRow+i/Lanes] = v
			}
			require.Equal(t, want, panel, "%v: %d features", isa, n)
			check(t)
		}
	}
}
