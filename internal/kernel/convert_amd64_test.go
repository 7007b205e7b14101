//go:build amd64 && !purego

package kernel

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConvertOffsets(t *testing.T) {
	var a convertArgs
	assert.Equal(t, []uintptr{0, 128, 136, 144, 152, 160}, []uintptr{
		unsafe.Offsetof(a.row), unsafe.Offsetof(a.at), unsafe.Offsetof(a.lanes), unsafe.Offsetof(a.blocks), unsafe.Offsetof(a.stride), unsafe.Offsetof(a.ahead),
	})
}

// pack transposes any part of a matrix, and writes nothing outside its destination.
func TestPack(t *testing.T) {
	vectorISAs(t)
	rapid.Check(t, func(t *rapid.T) {
		s, isa := newSampler(t), drawISA(t)
		if isa == Go {
			isa = AVX2
		}
		in, out := 1+s.intn(150), 1+s.intn(70)
		first, from := s.intn(out), s.intn(in)
		n := 1 + s.intn(in-from)
		w, got := values[float32](s, out*in), newBuffer[float32](n*Lanes, 5)
		pack(isa, got.data, w.data, in, out, first, from, n)
		got.check(t, "vectors")
		for i, v := range got.data {
			require.Equal(t, w.data[min(first+i%Lanes, out-1)*in+from+i/Lanes], v, "feature %d, lane %d", i/Lanes, i%Lanes)
		}
	})
}

// BlocksToLanes puts each row in its lane, and repeats the last row in the other lanes.
func TestBlocksToLanes(t *testing.T) {
	vectorISAs(t)
	rapid.Check(t, func(t *rapid.T) {
		s := newSampler(t)
		channels, area, rows := 1+s.intn(40), 1+s.intn(9), 1+s.intn(Lanes)
		got, blocks := newBuffer[float32](channels*area*Lanes, 5), []float32(nil)
		var each [][]float32
		for range rows {
			row := values[float32](s, channels*area).data
			each, blocks = append(each, row), append(blocks, toBlocks(row, channels, area)...)
		}
		BlocksToLanes(AVX2, channels, area, rows, got.data, blocks)
		got.check(t, "lanes")
		for l := range Lanes {
			require.Equal(t, each[min(l, rows-1)], rowOf(got.data, l), "lane %d", l)
		}
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
