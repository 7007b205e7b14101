// Package walk finds the way through a network for the packages that write it in
// another form.
package walk

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"descent/nn"
)

// Value returns the layer that a pointer points to, and any other layer itself.
func Value(l nn.Layer) nn.Layer {
	if v := reflect.ValueOf(l); v.Kind() == reflect.Pointer && !v.IsNil() {
		if inner, ok := v.Elem().Interface().(nn.Layer); ok {
			return inner
		}
	}
	return l
}

// Join returns the path of layer i of those at a path, which is empty for the
// network itself.
func Join(path string, i int) string { return Within(path, strconv.Itoa(i)) }

// Within returns the path of the layer of a name inside the one at a path, or of its
// parameter.
func Within(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Error returns an error that names the layer at a path as package nn does.
func Error(path string, l nn.Layer, problem string) error {
	name := strings.TrimPrefix(fmt.Sprintf("%T", l), "nn.")
	if s, ok := l.(fmt.Stringer); ok {
		name = fmt.Sprint(s) // which survives a nil pointer
	}
	if path == "" {
		return fmt.Errorf("network (%s): %s", name, problem)
	}
	return fmt.Errorf("layer %s (%s): %s", path, name, problem)
}
