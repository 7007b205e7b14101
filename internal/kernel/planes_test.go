package kernel

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPadRows(t *testing.T) { both(t, padRowsProperty[float32], padRowsProperty[float64]) }

func padRowsProperty[T Float](t *rapid.T) {
	n := func(name string) int { return rapid.IntRange(1, 5).Draw(t, name) }
	c, h, w := n("c"), n("h"), n("w")
	rowStep := w + n("row gap") - 1
	planeStep := h*rowStep + n("plane gap") - 1
	src := values[T](newSampler(t), c*h*w*Lanes)
	dst := newBuffer(((c-1)*planeStep+(h-1)*rowStep+w)*Lanes, T(777))
	want := make([]T, len(dst.data))
	fill(want, 777)
	for p := range c * h * w {
		copy(want[(p/(h*w)*planeStep+p/w%h*rowStep+p%w)*Lanes:][:Lanes], src.data[p*Lanes:])
	}
	Set[T]{}.PadRows(dst.data, rowStep, planeStep, src.data, c, h, w)
	require.Equal(t, want, dst.data)
	dst.check(t, "dst")

	for i, v := range want {
		if v != 777 {
			want[i] = 0
		}
	}
	clearPlanes(dst.data, c, h, w, rowStep, planeStep)
	require.Equal(t, want, dst.data)
	dst.check(t, "dst, cleared")
}
