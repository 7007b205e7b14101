//go:build amd64 && !purego

package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestPoolOffsets(t *testing.T) {
	var a poolArgs
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 116, 120, 128, 136, 144, 152, 160}, []uintptr{
		unsafe.Offsetof(a.x), unsafe.Offsetof(a.y), unsafe.Offsetof(a.mask), unsafe.Offsetof(a.lines), unsafe.Offsetof(a.windows),
		unsafe.Offsetof(a.rows), unsafe.Offsetof(a.cols), unsafe.Offsetof(a.xRow), unsafe.Offsetof(a.xWindow), unsafe.Offsetof(a.xLine),
		unsafe.Offsetof(a.yLine), unsafe.Offsetof(a.maskRow), unsafe.Offsetof(a.maskWindow), unsafe.Offsetof(a.maskLine),
		unsafe.Offsetof(a.floor), unsafe.Offsetof(a.live), unsafe.Offsetof(a.size), unsafe.Offsetof(a.nan),
		unsafe.Offsetof(a.xAt), unsafe.Offsetof(a.yAt), unsafe.Offsetof(a.maskAt), unsafe.Offsetof(a.left),
	})
}
