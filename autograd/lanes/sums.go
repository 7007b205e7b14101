package lanes

// sumOf returns the sum of x over the first rows of its lanes.
func sumOf[T Float](x []T, rows int) float64 {
	var a, b, c, d float64
	for ; len(x) >= Lanes; x = x[Lanes:] {
		v := (*[Lanes]T)(x)
		if rows < Lanes {
			for _, v := range v[:rows] {
				a += float64(v)
			}
			continue
		}
		for i := 0; i < Lanes; i += 4 {
			a, b, c, d = a+float64(v[i]), b+float64(v[i+1]), c+float64(v[i+2]), d+float64(v[i+3])
		}
	}
	return (a + b) + (c + d)
}

// squaresOf returns the sum of (x − mean)² over the first rows of its lanes.
func squaresOf[T Float](x []T, rows int, mean float64) float64 {
	var a, b, c, d float64
	for ; len(x) >= Lanes; x = x[Lanes:] {
		v := (*[Lanes]T)(x)
		if rows < Lanes {
			for _, v := range v[:rows] {
				a += square(float64(v) - mean)
			}
			continue
		}
		for i := 0; i < Lanes; i += 4 {
			a, b = a+square(float64(v[i])-mean), b+square(float64(v[i+1])-mean)
			c, d = c+square(float64(v[i+2])-mean), d+square(float64(v[i+3])-mean)
		}
	}
	return (a + b) + (c + d)
}

func square(v float64) float64 { return float64(v * v) }

// productsOf returns the sums of dy and of dy·(x − near) over all lanes.
func productsOf[T Float](dy, x []T, near T) (sum, product float64) {
	var a, b, c, d float64
	for ; len(dy) >= Lanes && len(x) >= Lanes; dy, x = dy[Lanes:], x[Lanes:] {
		u, v := (*[Lanes]T)(dy), (*[Lanes]T)(x)
		for i := 0; i < Lanes; i += 2 {
			s, t := float64(u[i]), float64(u[i+1])
			a, b = a+s, b+t
			c, d = c+float64(s*float64(v[i]-near)), d+float64(t*float64(v[i+1]-near))
		}
	}
	return a + b, c + d
}
