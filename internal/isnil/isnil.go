// Package isnil finds arguments that were never set.
package isnil

import "reflect"

// Value reports whether v is nil or holds a nil pointer or function, as a variable does
// that was never assigned. A call of one of its methods may panic. Value returns false
// for a nil slice or map, which is an ordinary empty value.
func Value(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	}
	return false
}
