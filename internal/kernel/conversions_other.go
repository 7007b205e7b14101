//go:build !amd64 || purego

package kernel

func (Set[T]) rowsToLanesSIMD(int, int, int, []T, []T) bool { return false }

func (Set[T]) pixelsToLanesSIMD(int, int, int, []T, []uint8) bool { return false }

func (Set[T]) lanesToRowsSIMD(int, int, int, []T, []T) bool { return false }
