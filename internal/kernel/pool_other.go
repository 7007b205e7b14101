//go:build !amd64 || purego

package kernel

func (Set[T]) maxPoolSIMD(*Pool, []T, []uint16, []T, bool) bool { return false }

func (Set[T]) maxPoolBackwardSIMD(*Pool, []T, int, int, []T, []uint16) bool { return false }

func (Set[T]) avgPoolSIMD(*Pool, []T, []T) bool { return false }

func (Set[T]) avgPoolBackwardSIMD(*Pool, []T, []T) bool { return false }
