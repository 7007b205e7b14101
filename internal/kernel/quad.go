package kernel

// quad holds the vectors of a tile: four, some of which may be the same, or one.
type quad struct {
	at [4]int
	n  int // 4 or 1
}

// quads divides n vectors into fours. If one or two are left over, each is a quad of
// one. Three are a quad of four that repeats the last.
func quads(n int) []quad {
	var all []quad
	for i := 0; i < n; {
		if n-i >= 3 {
			q := quad{n: 4}
			for v := range q.at {
				q.at[v] = min(i+v, n-1)
			}
			all = append(all, q)
			i += 4
		} else {
			all = append(all, quad{at: [4]int{i}, n: 1})
			i++
		}
	}
	return all
}
