// Package isnil finds arguments that were never set.
package isnil

import "reflect"

// Value reports whether v is nil or holds a nil pointer or function: what an
// interface has whose variable was never assigned. A call of one of its methods
// may panic. A nil slice or map is a value like any other, an empty one.
func Value(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Func:
		return r.IsNil()
	}
	return false
}
