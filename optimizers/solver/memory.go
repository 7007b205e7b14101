package solver

import (
	"errors"
	"fmt"
	"reflect"

	"descent/internal/graph"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// weights returns the elements of a value, in row-major order, for changing them in
// place.
func weights[T optimizers.Float](v gorgonia.Value) ([]T, error) {
	if v == nil {
		return nil, errors.New("it has no value")
	}
	switch want := (tensor.Dtype{Type: reflect.TypeFor[T]()}); v.Dtype() {
	case want:
	case tensor.Float32, tensor.Float64:
		return nil, fmt.Errorf("it holds %v: want %v, like the first parameter", v.Dtype(), want)
	default:
		return nil, fmt.Errorf("it holds %v: want float32 or float64", v.Dtype())
	}
	if d, ok := v.(*tensor.Dense); ok && !rowMajor(d) {
		return nil, fmt.Errorf("it has the strides %v for the shape %v: want a tensor in row-major order, not a view that skips or reorders", d.Strides(), d.Shape())
	}
	data, err := memoryOf[T](v)
	if err != nil {
		return nil, err
	}
	n := v.Shape().TotalSize()
	return data[:n:n], nil
}

// eachElement calls f with every element of a value in row-major order,
// whatever their order in memory.
func eachElement[T optimizers.Float](v gorgonia.Value, f func(i int, at *T)) error {
	data, err := memoryOf[T](v)
	if err != nil {
		return err
	}
	n := v.Shape().TotalSize()
	d, ok := v.(*tensor.Dense)
	if !ok || rowMajor(d) {
		for i := range data[:n] {
			f(i, &data[i])
		}
		return nil
	}
	places := tensor.FlatIteratorFromDense(d)
	for i := range n {
		at, err := places.Next()
		if err != nil {
			return err
		}
		if at < 0 || at >= len(data) {
			return leadsOut(d, len(data))
		}
		f(i, &data[at])
	}
	return nil
}

// memoryOf returns the memory of a value, in whatever order, and an error if it
// is too small for its elements.
func memoryOf[T optimizers.Float](v gorgonia.Value) (data []T, err error) {
	switch v := v.(type) {
	case *tensor.Dense:
		switch to := any(&data).(type) {
		case *[]float32:
			*to = v.Float32s()
		case *[]float64:
			*to = v.Float64s()
		}
		if n := v.Shape().TotalSize(); n < 0 || n > len(data) {
			return nil, leadsOut(v, len(data))
		}
		return data, nil
	case gorgonia.Scalar:
		return graph.DataOf[T](v), nil
	}
	return nil, fmt.Errorf("a %T holds it: want a *tensor.Dense or a scalar", v)
}

func leadsOut(d *tensor.Dense, n int) error {
	return fmt.Errorf("the shape %v with the strides %v exceeds its %d elements", d.Shape(), d.Strides(), n)
}

// rowMajor reports whether the elements of a tensor are contiguous and in row-major
// order. The tensor's own flags claim this of a slice of a transpose, too.
func rowMajor(d *tensor.Dense) bool {
	shape, strides := d.Shape(), d.Strides()
	if len(strides) != len(shape) {
		return shape.TotalSize() == 1
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
