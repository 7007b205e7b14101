// Package isnil finds arguments that were never set.
package isnil

import "reflect"

// Value reports whether v is nil or holds a nil pointer, map, slice, function
// or channel: what an interface has whose variable was never assigned. A call
// of one of its methods may panic.
func Value(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return r.IsNil()
	}
	return false
}
