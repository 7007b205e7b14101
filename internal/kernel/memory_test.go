package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// Buffers start at a cache line, have the length asked for and no room beyond.
func TestAllocIsAligned(t *testing.T) {
	for n := range 100 {
		narrow, wide := Alloc[float32](n), Alloc[float64](n)
		assert.Len(t, narrow, n)
		assert.Len(t, wide, n)
		assert.Equal(t, n, cap(narrow))
		assert.Equal(t, n, cap(wide))
		assert.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(narrow)))%alignment)
		assert.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(wide)))%alignment)
	}
}
