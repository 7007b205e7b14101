package datasets

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

// pictures are n images of a shape, whose pixels are drawn from [1, 255].
func pictures(t require.TestingT, n int, shape ...int) *Slices {
	size, _ := elements(shape)
	a := Arrays{Shape: shape, Pixels: make([]uint8, n*size), Labels: make([]int32, n)}
	r := rng.New(1, "pictures")
	for i := range a.Pixels {
		a.Pixels[i] = uint8(1 + r.IntN(255))
	}
	for i := range a.Labels {
		a.Labels[i] = int32(i % 3)
	}
	d, err := FromSlices(a)
	require.NoError(t, err)
	return d
}

// inputsOf is d with inputs in place of its pixels.
func inputsOf(t require.TestingT, d *Slices) *Slices {
	a := d.a
	a.Inputs, a.Pixels = make([]float32, len(a.Pixels)), nil
	for i, v := range d.a.Pixels {
		a.Inputs[i] = float32(v)
	}
	f, err := FromSlices(a)
	require.NoError(t, err)
	return f
}

// plainly is the changed image, step after step: pad, crop, flip, erase.
func plainly(image []uint8, p *augmentation, c change) []uint8 {
	fill := uint8(math.Round(float64(p.Fill) * 255))
	high, wide := p.from[0]+2*p.Pad, p.from[1]+2*p.Pad
	var out []uint8
	for channel := range p.channels {
		padded := make([][]uint8, high)
		for y := range padded {
			padded[y] = slices.Repeat([]uint8{fill}, wide)
		}
		at := func(y, x int) uint8 { return image[(channel*p.from[0]+y)*p.from[1]+x] }
		for y := range p.from[0] {
			for x := range p.from[1] {
				padded[p.Pad+y][p.Pad+x] = at(y, x)
			}
		}
		if p.Reflect {
			for y := range p.from[0] {
				for i := 1; i <= p.Pad; i++ {
					padded[p.Pad+y][p.Pad-i] = at(y, i)
					padded[p.Pad+y][p.Pad+p.from[1]-1+i] = at(y, p.from[1]-1-i)
				}
			}
			for i := 1; i <= p.Pad; i++ {
				padded[p.Pad-i] = slices.Clone(padded[p.Pad+i])
				padded[p.Pad+p.from[0]-1+i] = slices.Clone(padded[p.Pad+p.from[0]-1-i])
			}
		}
		window := padded[p.Pad+c.at[0]:][:p.to[0]]
		for y := range window {
			window[y] = window[y][p.Pad+c.at[1]:][:p.to[1]]
			if c.flip[1] {
				slices.Reverse(window[y])
			}
		}
		if c.flip[0] {
			slices.Reverse(window)
		}
		for y := range c.size[0] {
			for x := range c.size[1] {
				window[c.erase[0]+y][c.erase[1]+x] = fill
			}
		}
		out = slices.Concat(out, slices.Concat(window...))
	}
	return out
}

// Whatever the settings: the images are those made step by step, of pixels as of
// inputs, and depend on the seed, the epoch and the row, not on the batch.
func TestAugmentProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := []int{rapid.IntRange(1, 3).Draw(t, "channels"), rapid.IntRange(1, 7).Draw(t, "height"), rapid.IntRange(1, 7).Draw(t, "width")}
		d := pictures(t, 5, shape...)
		a := &Augment{
			Dataset: d, Seed: rapid.Uint64().Draw(t, "seed"), Reflect: rapid.Bool().Draw(t, "reflect"),
			Flip: .5, FlipVertical: rapid.Float64Range(0, 1).Draw(t, "vertical"), Erase: rapid.Float64Range(0, 1).Draw(t, "erase"),
			EraseArea: [2]float64{.1, 1}, Fill: rapid.SampledFrom([]float32{0, .5, 1}).Draw(t, "fill"),
		}
		most := 9
		if a.Reflect {
			most = min(shape[1], shape[2]) - 1
		}
		a.Pad = rapid.IntRange(0, most).Draw(t, "pad")
		if rapid.Bool().Draw(t, "crops") {
			for i := range a.Crop {
				a.Crop[i] = rapid.IntRange(1, shape[1+i]+2*a.Pad).Draw(t, "crop")
			}
		}
		rows := rapid.SliceOfN(rapid.IntRange(0, 4), 1, 6).Draw(t, "rows")
		epoch := rapid.IntRange(0, 3).Draw(t, "epoch")
		var b, one, floats Batch
		require.NoError(t, a.GatherEpoch(&b, rows, epoch))
		p, err := a.plan()
		require.NoError(t, err)
		p.key = rng.Key(a.Seed, "augment", string(rune('0'+epoch)))
		out, _ := elements(a.InputShape())
		require.Len(t, b.Pixels, len(rows)*out)
		for i, row := range rows {
			got := b.Pixels[i*out:][:out]
			require.Equal(t, plainly(d.a.Pixels[row*d.width:][:d.width], &p, p.change(row)), got)
			require.Equal(t, d.a.Labels[row], b.Labels[i])
			require.NoError(t, a.GatherEpoch(&one, []int{row}, epoch))
			require.Equal(t, got, one.Pixels)
		}
		a.Dataset, a.Fill = inputsOf(t, d), float32(math.Round(float64(a.Fill)*255))
		require.NoError(t, a.GatherEpoch(&floats, rows, epoch))
		require.Len(t, floats.Inputs, len(b.Pixels))
		for i, v := range b.Pixels {
			require.Equal(t, float32(v), floats.Inputs[i])
		}
	})
}

// Each step has numbers of its own, and all of the seed, the epoch and the row
// count.
func TestAugmentStreams(t *testing.T) {
	plan := func(a Augment, epoch string) []change {
		a.Dataset = pictures(t, 1, 1, 20, 20)
		p, err := a.plan()
		require.NoError(t, err)
		p.key = rng.Key(a.Seed, "augment", epoch)
		var all []change
		for row := range 100 {
			all = append(all, p.change(row))
		}
		return all
	}
	a := Augment{Seed: 1, Pad: 4, Flip: .5, FlipVertical: .5, Erase: .5}
	all := plan(a, "0")
	assert.NotEqual(t, all, plan(a, "1"))
	other := a
	other.Seed = 2
	assert.NotEqual(t, all, plan(other, "0"))
	assert.NotEqual(t, all[:50], all[50:])

	flips := plan(Augment{Seed: 1, Flip: .5, FlipVertical: .5}, "0")
	for i, c := range all {
		assert.Equal(t, c.flip, flips[i].flip, "the same with and without the rest")
	}
}

// The draws have the distributions that the documentation gives.
func TestAugmentDistributions(t *testing.T) {
	const n = 20_000
	a := Augment{Dataset: pictures(t, 1, 1, 30, 20), Seed: 3, Pad: 2, Flip: .25, FlipVertical: .75, Erase: .4}
	p, err := a.plan()
	require.NoError(t, err)
	p.key = rng.Key(a.Seed, "augment", "0")
	var places [5][5]int
	var flips [2]int
	erased, area, tall := 0, 0., 0.
	for row := range n {
		c := p.change(row)
		places[c.at[0]+2][c.at[1]+2]++
		for i, f := range c.flip {
			if f {
				flips[i]++
			}
		}
		if c.size != [2]int{} {
			require.True(t, c.erase[0] >= 0 && c.erase[0]+c.size[0] <= 30 && c.erase[1] >= 0 && c.erase[1]+c.size[1] <= 20)
			erased++
			area += float64(c.size[0]*c.size[1]) / 600
			tall += float64(c.size[0]) / float64(c.size[1])
		}
	}
	for _, line := range places {
		for _, count := range line {
			assert.InDelta(t, n/25, count, 150, "five standard deviations")
		}
	}
	assert.InDelta(t, .75*n, flips[0], 310)
	assert.InDelta(t, .25*n, flips[1], 310)
	assert.InDelta(t, .4*n, erased, 350)
	assert.InDelta(t, .2, area/float64(erased), .02, "some of the largest don't fit")
	assert.InDelta(t, 1.8, tall/float64(erased), .15)
	p.Erase = 0
	for row := range 100 {
		assert.Zero(t, p.change(row).size)
	}
}

func TestAugmentReflects(t *testing.T) {
	d, err := FromSlices(Arrays{Shape: []int{1, 1, 4}, Pixels: []uint8{1, 2, 3, 4}})
	require.NoError(t, err)
	a := &Augment{Dataset: d, Crop: [2]int{1, 4}}
	var b Batch
	require.NoError(t, a.Gather(&b, []int{0}))
	assert.Equal(t, []uint8{1, 2, 3, 4}, b.Pixels)
	p := augmentation{Augment: &Augment{Pad: 3, Reflect: true}, channels: 1, from: [2]int{1, 4}, to: [2]int{1, 10}}
	dst := make([]uint8, 10)
	changed(dst, d.a.Pixels, 9, &p, change{at: [2]int{0, -3}})
	assert.Equal(t, []uint8{4, 3, 2, 1, 2, 3, 4, 3, 2, 1}, dst)
}

// Views map rows, and a loader passes the epoch on.
func TestAugmentInALoader(t *testing.T) {
	a := &Augment{Dataset: pictures(t, 8, 1, 5, 5), Seed: 1, Pad: 2, Flip: .5}
	v, err := Subset(a, []int{6, 1, 6})
	require.NoError(t, err)
	l := &Loader{Dataset: v, BatchSize: 3}
	var seen [][]uint8
	for epoch := range 3 {
		for b, err := range l.Epoch(t.Context(), epoch) {
			require.NoError(t, err)
			assert.Equal(t, b.Pixels[:25], b.Pixels[50:])
			var want Batch
			require.NoError(t, a.GatherEpoch(&want, []int{6}, epoch))
			assert.Equal(t, want.Pixels, b.Pixels[:25])
			seen = append(seen, slices.Clone(b.Pixels))
		}
	}
	assert.NotEqual(t, seen[0], seen[1])
	assert.NotEqual(t, seen[1], seen[2])
	twice := &Augment{Dataset: a, Crop: [2]int{2, 3}}
	assert.Equal(t, []int{1, 2, 3}, twice.InputShape())
	var first, later Batch
	require.NoError(t, twice.GatherEpoch(&first, []int{0, 1, 2}, 0))
	require.NoError(t, twice.GatherEpoch(&later, []int{0, 1, 2}, 1))
	assert.Len(t, later.Pixels, 18)
	assert.NotEqual(t, first.Pixels, later.Pixels)
}

func TestAugmentErrors(t *testing.T) {
	d := pictures(t, 2, 1, 4, 6)
	nan := math.NaN()
	for want, a := range map[string]Augment{
		"Dataset = nil: want a dataset":                                             {},
		"the dataset's InputShape is [3]: want channels, height and width":          {Dataset: user{n: 1, shape: []int{3}}},
		"Pad = -1: want [0, 1048576]":                                               {Dataset: d, Pad: -1},
		"Pad = 1048577: want [0, 1048576]":                                          {Dataset: d, Pad: 1<<20 + 1},
		"Pad = 4 with Reflect: want less than height and width, 4 × 6":              {Dataset: d, Pad: 4, Reflect: true},
		"Crop = [0 3] of images of 4 × 6, padded by 0: want 1 or more, and no more": {Dataset: d, Crop: [2]int{0, 3}},
		"Crop = [6 9] of images of 4 × 6, padded by 1: want 1 or more, and no more": {Dataset: d, Pad: 1, Crop: [2]int{6, 9}},
		"Flip = -0.5: want [0, 1]":                                                  {Dataset: d, Flip: -.5},
		"FlipVertical = 2: want [0, 1]":                                             {Dataset: d, FlipVertical: 2},
		"Erase = NaN: want [0, 1]":                                                  {Dataset: d, Erase: nan},
		"EraseArea = [0.5 0.2]: want a smaller and a larger number in (0, 1]":       {Dataset: d, EraseArea: [2]float64{.5, .2}},
		"EraseAspect = [1 NaN]: want a smaller and a larger positive number":        {Dataset: d, EraseAspect: [2]float64{1, nan}},
		"Fill = NaN: want a finite number":                                          {Dataset: d, Fill: float32(nan)},
		"*datasets.faulty.InputShape: panic: boom":                                  {Dataset: &faulty{shape: func() { panic("boom") }}},
	} {
		assert.ErrorContains(t, a.Validate(), "datasets: Augment: "+want)
		var b Batch
		assert.ErrorContains(t, a.Gather(&b, []int{0}), "datasets: Augment: "+want)
		assert.Nil(t, a.InputShape())
	}
	a := &Augment{Dataset: d, Fill: 2}
	require.NoError(t, a.Validate())
	var b Batch
	assert.EqualError(t, a.Gather(&b, []int{0}), "datasets: Augment: Fill = 2: want [0, 1] for Pixels")
	assert.EqualError(t, a.Gather(&b, []int{2}), "datasets: Augment: Gather: rows[0] = 2: want [0, 2)")
	assert.EqualError(t, a.Gather(nil, []int{0}), "datasets: Augment: the batch is nil: want a Batch")
	tokens, err := FromSlices(Arrays{Shape: []int{1, 1, 2}, Tokens: []int32{1, 2}})
	require.NoError(t, err)
	a = &Augment{Dataset: tokens}
	assert.EqualError(t, a.Gather(&b, []int{0}), "datasets: Augment: 2 tokens: want pixels or inputs")
}
