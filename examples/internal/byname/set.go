// Package byname is what commands call rules and schedules, and how they set
// their fields: "beta1=0.8,eps=1e-6".
package byname

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Set returns a copy of a struct, such as a rule in its interface, with fields
// assigned: "name=value" separated by commas, a name being that of a field in
// snake_case, a list's elements being separated by colons. The empty string
// changes nothing. What v is called is for the error about a name that is none
// of its fields, which lists them.
func Set[T any](what string, v T, assignments string) (T, error) {
	if assignments == "" {
		return v, nil
	}
	s := reflect.New(reflect.TypeOf(v)).Elem()
	s.Set(reflect.ValueOf(v))
	for a := range strings.SplitSeq(assignments, ",") {
		name, text, ok := strings.Cut(a, "=")
		if !ok {
			return v, fmt.Errorf("%q: want name=value", a)
		}
		f := field(s, name)
		if !f.IsValid() {
			if s.Kind() != reflect.Struct || len(Fields(v)) == 0 {
				return v, fmt.Errorf("%s: %s has no fields to set", name, what)
			}
			return v, fmt.Errorf("%s: %s has no such field: want one of %s", name, what, strings.Join(Fields(v), ", "))
		}
		if err := assign(f, text); err != nil {
			return v, fmt.Errorf("%s=%s: %w", name, text, err)
		}
	}
	return s.Interface().(T), nil
}

// Fields lists the names that [Set] knows in v, in the order of the fields.
func Fields(v any) (names []string) {
	s := reflect.ValueOf(v)
	if s.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(s.Type()) {
		if f.IsExported() && settable(f.Type) {
			names = append(names, Snake(f.Name))
		}
	}
	return names
}

// Settings are the values of the fields that [Set] knows, by name.
func Settings(v any) map[string]any {
	all := map[string]any{}
	s := reflect.ValueOf(v)
	if s.Kind() != reflect.Struct {
		return all
	}
	for _, f := range reflect.VisibleFields(s.Type()) {
		if f.IsExported() && settable(f.Type) {
			all[Snake(f.Name)] = s.FieldByIndex(f.Index).Interface()
		}
	}
	return all
}

// Snake writes a field's name in snake_case: WeightDecay is weight_decay, and
// AMSGrad, where no lower-case letter comes before an upper-case one, amsgrad.
func Snake(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func field(s reflect.Value, name string) reflect.Value {
	if s.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	for _, f := range reflect.VisibleFields(s.Type()) {
		if f.IsExported() && settable(f.Type) && Snake(f.Name) == name {
			return s.FieldByIndex(f.Index)
		}
	}
	return reflect.Value{}
}

var (
	unmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	integers    = reflect.TypeFor[[]int]()
)

func settable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Float64, reflect.Int, reflect.Bool:
		return true
	}
	return t == integers || reflect.PointerTo(t).Implements(unmarshaler)
}

// assign sets a field to what a text stands for.
func assign(f reflect.Value, text string) error {
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch f.Kind() {
	case reflect.Float64:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return errors.New("want a number")
		}
		f.SetFloat(v)
	case reflect.Int:
		v, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("want a whole number")
		}
		f.SetInt(int64(v))
	case reflect.Bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("want true or false")
		}
		f.SetBool(v)
	default: // []int
		var all []int
		for part := range strings.SplitSeq(text, ":") {
			v, err := strconv.Atoi(part)
			if err != nil {
				return errors.New("want whole numbers separated by colons")
			}
			all = append(all, v)
		}
		f.Set(reflect.ValueOf(all))
	}
	return nil
}
