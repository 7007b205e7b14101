package datasets

import (
	"math"
	"math/bits"
	"slices"

	"descent/internal/rng"
)

// change is what happens to one image.
type change struct {
	at          [2]int  // where the window begins in the image: row and column, negative in the padding
	flip        [2]bool // vertically, horizontally
	erase, size [2]int  // where the erased rectangle of the window begins, and its height and width
}

// The random numbers of an image. No step depends on those of another.
const (
	drawTop = iota + 1
	drawLeft
	drawFlip
	drawFlipVertical
	drawErase // and all after it
)

// change draws what happens to a row's image.
func (p *augmentation) change(row int) (c change) {
	key := rng.Mix(p.key, uint64(row)+1)
	float := func(n uint64) float64 { return float64(rng.Mix(key, n)>>11) * 0x1p-53 } // of [0, 1)
	below := func(n uint64, end int) int {                                            // of [0, end)
		high, _ := bits.Mul64(rng.Mix(key, n), uint64(end))
		return int(high)
	}
	for i, n := range []uint64{drawTop, drawLeft} {
		c.at[i] = below(n, p.from[i]+2*p.Pad-p.to[i]+1) - p.Pad
	}
	c.flip = [2]bool{float(drawFlipVertical) < p.FlipVertical, float(drawFlip) < p.Flip}
	if float(drawErase) >= p.Erase {
		return c
	}
	area, aspect := p.EraseArea, p.EraseAspect
	if area == [2]float64{} {
		area = [2]float64{.02, .4}
	}
	if aspect == [2]float64{} {
		aspect = [2]float64{.3, 1 / .3}
	}
	const attempts = 10
	n := uint64(drawErase)
	for range attempts {
		part := area[0] + float64(float(n+1)*(area[1]-area[0]))
		ratio := aspect[0] + float64(float(n+2)*(aspect[1]-aspect[0]))
		part *= float64(p.to[0]) * float64(p.to[1])
		height, width := math.Round(math.Sqrt(part*ratio)), math.Round(math.Sqrt(part/ratio))
		if height >= 1 && width >= 1 && height <= float64(p.to[0]) && width <= float64(p.to[1]) {
			c.size = [2]int{int(height), int(width)}
			for i := range c.size {
				c.erase[i] = below(n+3+uint64(i), p.to[i]-c.size[i]+1)
			}
			return c
		}
		n += 4
	}
	return c
}

// augmented returns the changed images of these rows, in the memory of x if it is
// large enough.
func augmented[T uint8 | float32](x []T, rows []int, fill T, p *augmentation) []T {
	in, out := p.channels*p.from[0]*p.from[1], p.channels*p.to[0]*p.to[1]
	x = slices.Grow(x, max(0, len(rows)*out-len(x)))[:len(rows)*max(in, out)]
	image := make([]T, in)
	for i := range rows {
		if out > in { // last first, so as not to overwrite a later one
			i = len(rows) - 1 - i
		}
		copy(image, x[i*in:])
		changed(x[i*out:(i+1)*out], image, fill, p, p.change(rows[i]))
	}
	return x[:len(rows)*out]
}

// changed sets dst to a changed image.
func changed[T uint8 | float32](dst, image []T, fill T, p *augmentation, c change) {
	height, width := p.to[0], p.to[1]
	for channel := range p.channels {
		from := image[channel*p.from[0]*p.from[1]:]
		to := dst[channel*height*width:][:height*width]
		for row := range height {
			line := to[row*width:][:width]
			if c.flip[0] {
				row = height - 1 - row
			}
			y, inside := p.reflected(c.at[0]+row, 0)
			left := min(max(-c.at[1], 0), width) // the line shows the image as it is from here
			right := min(p.from[1]-c.at[1], width)
			for i := 0; i < width; i++ {
				if inside && i == left && left < right {
					i += copy(line[left:right], from[y*p.from[1]+c.at[1]+left:]) - 1
					continue
				}
				line[i] = fill
				if x, ok := p.reflected(c.at[1]+i, 1); ok && inside {
					line[i] = from[y*p.from[1]+x]
				}
			}
			if c.flip[1] {
				slices.Reverse(line)
			}
		}
		for row := range c.size[0] {
			line := to[(c.erase[0]+row)*width+c.erase[1]:][:c.size[1]]
			for i := range line {
				line[i] = fill
			}
		}
	}
}

// reflected returns the position in the image, along one axis, that a position of the
// padded image shows, and whether it shows any.
func (p *augmentation) reflected(at, axis int) (int, bool) {
	size := p.from[axis]
	if p.Reflect && at < 0 {
		at = -at
	}
	if p.Reflect && at >= size {
		at = 2*(size-1) - at
	}
	return at, at >= 0 && at < size
}
