package autograd

import (
	"unsafe"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Float is the element type of a differentiable tensor.
type Float interface{ float32 | float64 }

// dense returns a tensor over data, which it does not copy.
func dense[T Float](data []T, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}

// newDense returns a zeroed tensor with its data. Where the builder has no
// memory for it, the tensor is small, and the builder adds no more nodes.
func newDense[T Float](b *Builder, shape ...int) (*tensor.Dense, []T) {
	if !take[T](b, shape...) {
		shape = []int{1}
	}
	data := kernel.Alloc[T](tensor.Shape(shape).TotalSize())
	return dense(data, shape...), data
}

// take counts memory for so many elements, and reports whether there is any.
func take[E any](b *Builder, shape ...int) bool {
	var zero E
	if b.err == nil {
		b.err = b.memory.Take(int(unsafe.Sizeof(zero)), shape...)
	}
	return b.err == nil
}

// dataOf returns the values that v holds, without a copy and without
// allocating (as v.Data() would). It panics if v holds another type, which the
// shape and type checks at build time exclude.
func dataOf[T Float](v gorgonia.Value) []T {
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

// newScalar returns a Gorgonia scalar and its memory as a slice of one.
func newScalar[T Float]() (gorgonia.Value, []T) {
	var zero T
	if any(zero) == any(float64(0)) {
		v := gorgonia.NewF64(0)
		return v, any(unsafe.Slice((*float64)(v), 1)).([]T)
	}
	v := gorgonia.NewF32(0)
	return v, any(unsafe.Slice((*float32)(v), 1)).([]T)
}

// newValue returns a scalar for an empty shape, and a tensor otherwise.
func newValue[T Float](shape tensor.Shape) (gorgonia.Value, []T) {
	if len(shape) == 0 {
		return newScalar[T]()
	}
	data := kernel.Alloc[T](shape.TotalSize())
	return dense(data, shape...), data
}
