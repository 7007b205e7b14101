//go:build amd64 && !purego

package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// The offsets are those in gen/product.go.
func TestProductArgs(t *testing.T) {
	var a productArgs
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 128}, []uintptr{
		unsafe.Offsetof(a.x), unsafe.Offsetof(a.w), unsafe.Offsetof(a.out), unsafe.Offsetof(a.tiles), unsafe.Offsetof(a.n), unsafe.Offsetof(a.add),
		unsafe.Offsetof(a.xTile), unsafe.Offsetof(a.xOut), unsafe.Offsetof(a.xInner), unsafe.Offsetof(a.wOut), unsafe.Offsetof(a.wInner),
		unsafe.Offsetof(a.outW), unsafe.Offsetof(a.outX), unsafe.Sizeof(a),
	})
}
