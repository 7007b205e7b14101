package kernel

// convertBlock is the number of features transposed at once: few enough for their
// lanes to stay in the first-level cache.
const convertBlock = 64

// RowsToLanes fills one group: lane l is row min(first+l, last) of rows, so
// that lanes beyond the batch repeat its last row. Shapes: lanes
// [features][16], rows [N][features].
func (k Set[T]) RowsToLanes(features, first, last int, lanes, rows []T) {
	if k.rowsToLanesSIMD(features, first, last, lanes, rows) {
		return
	}
	for f := 0; f < features; f += convertBlock {
		n := min(convertBlock, features-f)
		block := lanes[f*Lanes:][:n*Lanes]
		for l := range Lanes {
			for i, v := range rows[min(first+l, last)*features+f:][:n] {
				block[i*Lanes+l] = v
			}
		}
	}
}

// PixelsToLanes is [Set.RowsToLanes] from bytes, each divided by 255: a pixel
// of 0 to 255 becomes a number of 0 to 1.
func (k Set[T]) PixelsToLanes(features, first, last int, lanes []T, rows []uint8) {
	if k.pixelsToLanesSIMD(features, first, last, lanes, rows) {
		return
	}
	for f := 0; f < features; f += convertBlock {
		n := min(convertBlock, features-f)
		block := lanes[f*Lanes:][:n*Lanes]
		for l := range Lanes {
			for i, v := range rows[min(first+l, last)*features+f:][:n] {
				block[i*Lanes+l] = T(v) / 255
			}
		}
	}
}

// LanesToRows copies lanes 0 to n−1 of one group to rows first to first+n−1.
// n is at most 16. Shapes: rows [N][features], lanes [features][16].
func (k Set[T]) LanesToRows(features, first, n int, rows, lanes []T) {
	if k.lanesToRowsSIMD(features, first, n, rows, lanes) {
		return
	}
	for f := 0; f < features; f += convertBlock {
		m := min(convertBlock, features-f)
		block := lanes[f*Lanes:][:m*Lanes]
		for l := range n {
			row := rows[(first+l)*features+f:][:m]
			for i := range row {
				row[i] = block[i*Lanes+l]
			}
		}
	}
}
