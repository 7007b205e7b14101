// Package describe formats values in full.
package describe

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Value formats a value like fmt's %+v, but with the types of values in interfaces,
// with the values that pointers point to, and without calling String: values with
// equal descriptions are equal. A field that cannot be described, such as a
// function, is an error.
func Value(v any) (string, error) {
	var b strings.Builder
	if err := write(&b, reflect.ValueOf(v), true); err != nil {
		return "", err
	}
	return b.String(), nil
}

func write(b *strings.Builder, v reflect.Value, named bool) error {
	if named && v.IsValid() && v.Kind() != reflect.Pointer {
		b.WriteString(v.Type().String())
	}
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
	case reflect.Interface, reflect.Pointer:
		if v.Kind() == reflect.Pointer {
			b.WriteByte('&')
		}
		return write(b, v.Elem(), true)
	case reflect.Struct:
		return writeList(b, "{}", v.NumField(), func(i int) error {
			b.WriteString(v.Type().Field(i).Name + ":")
			return write(b, v.Field(i), false)
		})
	case reflect.Slice, reflect.Array:
		return writeList(b, "[]", v.Len(), func(i int) error { return write(b, v.Index(i), false) })
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	case reflect.Float32, reflect.Float64:
		b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		b.WriteString(strconv.FormatUint(v.Uint(), 10))
	default:
		return fmt.Errorf("a field of type %s: want only numbers, strings, structs and lists", v.Type())
	}
	return nil
}

func writeList(b *strings.Builder, brackets string, n int, element func(int) error) error {
	b.WriteByte(brackets[0])
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if err := element(i); err != nil {
			return err
		}
	}
	b.WriteByte(brackets[1])
	return nil
}
