//go:build amd64 && !purego

package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestWinogradOffsets(t *testing.T) {
	var a winogradArgs
	assert.Equal(t, []uintptr{0, 8, 40, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 208}, []uintptr{
		unsafe.Offsetof(a.x), unsafe.Offsetof(a.row), unsafe.Offsetof(a.step), unsafe.Offsetof(a.column),
		unsafe.Offsetof(a.v), unsafe.Offsetof(a.vPlane), unsafe.Offsetof(a.vChannel),
		unsafe.Offsetof(a.left), unsafe.Offsetof(a.tiles), unsafe.Offsetof(a.right), unsafe.Offsetof(a.channels),
		unsafe.Offsetof(a.bias), unsafe.Offsetof(a.biasChannel), unsafe.Offsetof(a.floor), unsafe.Sizeof(a),
	})
}
