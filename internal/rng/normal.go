// Copyright 2009 The Go Authors. All rights reserved.
// Use of this source code is governed by a BSD-style license that is in NOTICE.

package rng

import (
	"math"
	"math/rand/v2"
)

// normalTail is where the last strip of the ziggurat begins.
const normalTail = 3.442619855899

// Normal draws from N(0, 1) by the ziggurat method of Marsaglia and Tsang (2000). It
// returns the numbers of r.NormFloat64 compiled without fused products, which change
// some of them with GOAMD64=v3, and sometimes all later ones.
func Normal(r *rand.Rand) float64 {
	for {
		u := r.Uint64()
		j, i := int32(u), u>>32&0x7f
		x := float64(j) * float64(ziggurat.width[i])
		if uint32(max(int64(j), -int64(j))) < ziggurat.inside[i] {
			return x
		}
		if i == 0 {
			for {
				x = float64(-math.Log(r.Float64()) * (1 / normalTail))
				y := -math.Log(r.Float64())
				if y+y >= x*x {
					break
				}
			}
			return math.Copysign(normalTail+x, float64(j)-.5) // 0 counts as negative
		}
		if ziggurat.height[i]+float32(float32(r.Float64())*(ziggurat.height[i-1]-ziggurat.height[i])) < float32(math.Exp(float64(-.5*x*x))) {
			return x
		}
	}
}

// strips are the strips of equal area under exp(−x²/2).
type strips struct {
	inside        [128]uint32 // a smaller |j| is certainly under the curve
	width, height [128]float32
}

var ziggurat = newZiggurat()

func newZiggurat() (z strips) {
	const area, unit = 9.91256303526217e-3, 1 << 31
	density := func(x float64) float64 { return math.Exp(float64(-.5 * x * x)) }
	x := normalTail
	base := area / density(x)
	z.inside[0], z.width[0], z.height[0] = uint32(x/base*unit), float32(base/unit), 1
	z.width[127], z.height[127] = float32(x/unit), float32(density(x))
	for i := 126; i >= 1; i-- {
		outer := x
		x = math.Sqrt(-2 * math.Log(area/outer+density(outer)))
		z.inside[i+1], z.width[i], z.height[i] = uint32(x/outer*unit), float32(x/unit), float32(density(x))
	}
	return z
}
