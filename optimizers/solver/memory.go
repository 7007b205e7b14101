package solver

import (
	"errors"
	"fmt"

	"descent/internal/graph"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// weights returns the elements of a value to be changed in place, in row-major
// order.
func weights[T optimizers.Float](v gorgonia.Value) ([]T, error) {
	if v == nil {
		return nil, errors.New("it has no value")
	}
	switch want := dtypeOfElements[T](); v.Dtype() {
	case want:
	case tensor.Float32, tensor.Float64:
		return nil, fmt.Errorf("it holds %v: want %v, as the first one does", v.Dtype(), want)
	default:
		return nil, fmt.Errorf("it holds %v: want float32 or float64", v.Dtype())
	}
	d, ok := v.(*tensor.Dense)
	if !ok {
		return scalar[T](v)
	}
	if !rowMajor(d) {
		return nil, fmt.Errorf("it has the strides %v for the shape %v: want a tensor in row-major order, not a view that skips or reorders", d.Strides(), d.Shape())
	}
	data, err := memoryOf[T](d)
	if err != nil {
		return nil, err
	}
	n := elementsOf(d)
	return data[:n:n], nil
}

// eachElement calls f with every element of a value in row-major order,
// whatever their order in memory.
func eachElement[T optimizers.Float](v gorgonia.Value, f func(i int, at *T)) error {
	d, ok := v.(*tensor.Dense)
	if !ok {
		data, err := scalar[T](v)
		if err != nil {
			return err
		}
		f(0, &data[0])
		return nil
	}
	data, err := memoryOf[T](d)
	if err != nil {
		return err
	}
	n := elementsOf(d)
	if rowMajor(d) {
		for i := range data[:n] {
			f(i, &data[i])
		}
		return nil
	}
	shape, strides := d.Shape(), d.Strides()
	at := make([]int, len(shape))
	offset := 0
	for i := range n {
		f(i, &data[offset])
		for k := len(at) - 1; k >= 0; k-- { // the next place, as on an odometer
			at[k]++
			offset += strides[k]
			if at[k] < shape[k] {
				break
			}
			offset -= at[k] * strides[k]
			at[k] = 0
		}
	}
	return nil
}

// scalar is the memory of one of Gorgonia's scalars.
func scalar[T optimizers.Float](v gorgonia.Value) ([]T, error) {
	if _, ok := v.(gorgonia.Scalar); !ok {
		return nil, fmt.Errorf("a %T holds it: want a *tensor.Dense or a scalar", v)
	}
	return graph.DataOf[T](v), nil
}

// rowMajor reports whether the elements of a tensor are one after another.
func rowMajor(d *tensor.Dense) bool {
	shape, strides := d.Shape(), d.Strides()
	if len(strides) != len(shape) {
		return elementsOf(d) == 1
	}
	want := 1
	for k := len(shape) - 1; k >= 0; k-- {
		if strides[k] != want {
			return false
		}
		want *= shape[k]
	}
	return true
}

// memoryOf is the memory of a tensor, in whatever order, and an error if its
// shape or its strides lead out of it.
func memoryOf[T optimizers.Float](d *tensor.Dense) ([]T, error) {
	var data []T
	if dtypeOfElements[T]() == tensor.Float32 {
		data = any(d.Float32s()).([]T)
	} else {
		data = any(d.Float64s()).([]T)
	}
	shape, strides := d.Shape(), d.Strides()
	last := 0 // the place of the last element
	if elementsOf(d) != 1 {
		for k := range shape {
			if len(strides) != len(shape) || shape[k] < 1 || strides[k] < 0 {
				return nil, fmt.Errorf("the shape %v with the strides %v: want positive dimensions and a stride for each", shape, strides)
			}
			last += (shape[k] - 1) * strides[k]
		}
	}
	if last >= len(data) {
		return nil, fmt.Errorf("the shape %v with the strides %v leads out of its %d elements", shape, strides, len(data))
	}
	return data, nil
}

// elementsOf is the number of elements of a value.
func elementsOf(v gorgonia.Value) int {
	n := 1
	for _, d := range v.Shape() {
		n *= d
	}
	return n
}

// dtypeOfElements is Gorgonia's name of T.
func dtypeOfElements[T optimizers.Float]() tensor.Dtype {
	var zero T
	if any(zero) == any(float64(0)) {
		return tensor.Float64
	}
	return tensor.Float32
}
