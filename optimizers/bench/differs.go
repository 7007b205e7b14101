package bench

import (
	"fmt"
	"reflect"
	"strings"

	"descent/internal/foreign"
)

// difference names the first field in which two structs of the same type differ,
// with both values. Plain fields come before lists, which often follow from them.
func difference(a, b any, here, there string) string {
	return comparison{here, there}.of("", reflect.ValueOf(a), reflect.ValueOf(b))
}

// comparison names the two sides of a comparison.
type comparison struct{ here, there string }

func (c comparison) of(path string, a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Struct:
		for _, lists := range []bool{false, true} {
			for i := range a.NumField() {
				if (a.Field(i).Kind() == reflect.Slice) != lists {
					continue
				}
				name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
				if name == "first_step" || name == "probe" {
					continue // changed compares these
				}
				if what := c.of(strings.TrimSpace(path+" "+name), a.Field(i), b.Field(i)); what != "" {
					return what
				}
			}
		}
	case reflect.Slice:
		return c.lists(path, a, b)
	default:
		if !a.Equal(b) {
			return fmt.Sprintf("%s is %s %s and %s %s", path, shown(a), c.here, shown(b), c.there)
		}
	}
	return ""
}

// shown returns a setting as an error shows it.
func shown(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return foreign.Name(v.String())
	}
	return fmt.Sprint(v)
}

func (c comparison) lists(path string, a, b reflect.Value) string {
	for i := range min(a.Len(), b.Len()) {
		x, y := a.Index(i), b.Index(i)
		name := fmt.Sprint(i + 1)
		if x.Kind() == reflect.Struct && x.FieldByName("Name").IsValid() {
			name = shown(x.FieldByName("Name"))
			if other := shown(y.FieldByName("Name")); other != name {
				return fmt.Sprintf("item %d of %s is %s %s and %s %s", i+1, path, name, c.here, other, c.there)
			}
		}
		if what := c.of(path+" "+name, x, y); what != "" {
			return what
		}
	}
	if a.Len() != b.Len() {
		return fmt.Sprintf("there are %d %s %s and %d %s", a.Len(), path, c.here, b.Len(), c.there)
	}
	return ""
}
