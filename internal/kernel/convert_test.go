package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConvert(t *testing.T) { both(t, convertProperty[float32], convertProperty[float64]) }

func convertProperty[T Float](t *rapid.T) {
	features := rapid.OneOf(rapid.IntRange(1, 36), rapid.IntRange(convertBlock-2, 2*convertBlock+2)).Draw(t, "features")
	n := rapid.IntRange(1, 40).Draw(t, "rows")
	s := newSampler(t)
	k := Set[T]{ISA: drawISA(t)}
	rows, back := values[T](s, n*features), newBuffer(n*features, T(777))
	pixels := newBuffer(n*features, uint8(99))
	for i := range pixels.data {
		pixels.data[i] = uint8(s.intn(256))
	}
	for first := 0; first < n; first += Lanes {
		lanes, fromPixels := newBuffer(features*Lanes, T(777)), newBuffer(features*Lanes, T(777))
		k.RowsToLanes(features, first, n-1, lanes.data, rows.data)
		k.PixelsToLanes(features, first, n-1, fromPixels.data, pixels.data)
		for f := range features {
			for l := range Lanes {
				at := min(first+l, n-1)*features + f
				require.Equal(t, rows.data[at], lanes.data[f*Lanes+l], "feature %d, lane %d", f, l)
				require.Equal(t, T(pixels.data[at])/255, fromPixels.data[f*Lanes+l], "feature %d, lane %d", f, l)
			}
		}
		k.LanesToRows(features, first, min(Lanes, n-first), back.data, lanes.data)
		lanes.check(t, "lanes")
		fromPixels.check(t, "lanes from pixels")
	}
	require.Equal(t, rows.data, back.data)
	rows.check(t, "rows")
	back.check(t, "rows again")
	pixels.check(t, "pixels")
}

func TestPixelRange(t *testing.T) {
	lanes := make([]float32, 2*Lanes)
	Set[float32]{}.PixelsToLanes(2, 0, 0, lanes, []uint8{0, 255})
	for l := range Lanes {
		assert.Equal(t, float32(0), lanes[l])
		assert.Equal(t, float32(1), lanes[Lanes+l])
	}
}

// Every pixel value becomes its rounded quotient by 255.
func TestPixelDivision(t *testing.T) {
	pixels := make([]uint8, 256)
	for i := range pixels {
		pixels[i] = uint8(i)
	}
	for _, isa := range isas() {
		lanes := make([]float32, 256*Lanes)
		Set[float32]{ISA: isa}.PixelsToLanes(256, 0, 0, lanes, pixels)
		for i := range lanes {
			require.Equal(t, float32(i/Lanes)/255, lanes[i], "%v, pixel %d", isa, i/Lanes)
		}
	}
}
