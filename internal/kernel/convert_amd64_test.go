//go:build amd64 && !purego

package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestConvertOffsets(t *testing.T) {
	var a convertArgs
	assert.Equal(t, []uintptr{0, 128, 136, 144}, []uintptr{
		unsafe.Offsetof(a.row), unsafe.Offsetof(a.at), unsafe.Offsetof(a.lanes), unsafe.Offsetof(a.blocks),
	})
}
