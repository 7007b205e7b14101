package kernel

// quad is the vectors of a tile: four, of which some may be the same, or one.
type quad struct {
	at [4]int
	n  int // 4 or 1
}

// quads divides n vectors into fours. One or two that are left over are taken
// singly, three as a four.
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
