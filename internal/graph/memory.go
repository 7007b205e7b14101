package graph

import (
	"unsafe"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Float is the element type of a differentiable tensor.
type Float interface{ float32 | float64 }

// Dense returns a tensor over data, which it does not copy.
func Dense[T Float](data []T, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}

// NewDense returns a zeroed tensor with its data.
func NewDense[T Float](shape ...int) (*tensor.Dense, []T) {
	data := kernel.Alloc[T](tensor.Shape(shape).TotalSize())
	return Dense(data, shape...), data
}

// DataOf returns the values that v holds, without a copy and without
// allocating (as v.Data() would). It panics if v holds another type, which the
// shape and type checks at build time exclude.
func DataOf[T Float](v gorgonia.Value) []T {
	switch v := v.(type) {
	case *tensor.Dense:
		if v.IsMaterializable() { // a view of stock operations, such as a transpose
			v = v.Materialize().(*tensor.Dense)
		}
		var zero T
		if _, ok := any(zero).(float32); ok {
			return any(v.Float32s()).([]T)
		}
		return any(v.Float64s()).([]T)
	case *gorgonia.F64:
		return any(unsafe.Slice((*float64)(v), 1)).([]T)
	case *gorgonia.F32:
		return any(unsafe.Slice((*float32)(v), 1)).([]T)
	}
	return v.Data().([]T)
}

// NewValue returns a zero value and its memory as a slice: a Gorgonia scalar for an
// empty shape, and a tensor otherwise.
func NewValue[T Float](shape tensor.Shape) (gorgonia.Value, []T) {
	if len(shape) > 0 {
		d, data := NewDense[T](shape...)
		return d, data
	}
	var v gorgonia.Value = gorgonia.NewF64(0)
	var zero T
	if any(zero) == any(float32(0)) {
		v = gorgonia.NewF32(0)
	}
	return v, DataOf[T](v)
}
