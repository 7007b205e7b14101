// Package byname provides commands with rules and schedules by name, and sets their
// fields from text: "beta1=0.8,eps=1e-6".
package byname

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"descent/internal/prefix"
)

// Set returns a copy of the struct v, which may be in an interface, with fields
// assigned. Assignments are "name=value", separated by commas. Names are field
// names in snake_case; colons separate the elements of a list. An empty string
// changes nothing. Errors refer to v as what.
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
		known, err := set(s, name, text)
		switch {
		case !known && len(Fields(v)) == 0:
			return v, fmt.Errorf("%s: %s has no fields to set", name, what)
		case !known:
			return v, fmt.Errorf("%s: %s has no such field: want one of %s", name, what, strings.Join(Fields(v), ", "))
		case err != nil:
			return v, prefix.Error(name+"="+text, err)
		}
	}
	return s.Interface().(T), nil
}

// Fields returns the names of the fields of v that [Set] can assign, in order.
func Fields(v any) (names []string) {
	for _, f := range fieldsOf(reflect.ValueOf(v), "") {
		names = append(names, f.name)
	}
	return names
}

// Settings returns the values of the fields that [Set] can assign, by name.
func Settings(v any) map[string]any {
	all := map[string]any{}
	for _, f := range fieldsOf(reflect.ValueOf(v), "") {
		all[f.name] = f.value.Interface()
	}
	return all
}

// fieldOf is a field with its name.
type fieldOf struct {
	name  string
	value reflect.Value
}

// fieldsOf returns the settable fields of a struct and of the rules that it
// wraps, whose fields have names such as rule.beta1.
func fieldsOf(s reflect.Value, prefix string) (all []fieldOf) {
	if s.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(s.Type()) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, v := prefix+Snake(f.Name), s.FieldByIndex(f.Index)
		switch {
		case settable(f.Type):
			all = append(all, fieldOf{name, v})
		case v.Kind() == reflect.Interface && !v.IsNil():
			all = append(all, fieldsOf(v.Elem(), name+".")...)
		}
	}
	return all
}

// Snake returns a field's name in snake_case: weight_decay for WeightDecay,
// lr_decay for LRDecay, and amsgrad for AMSGrad.
func Snake(name string) string {
	if rest, ok := strings.CutPrefix(name, "LR"); ok && rest != "" {
		return "lr_" + Snake(rest)
	}
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

// set assigns to a settable field of a struct or of a rule that it wraps. It
// reports whether there is such a field.
func set(s reflect.Value, name, text string) (known bool, err error) {
	if s.Kind() != reflect.Struct {
		return false, nil
	}
	outer, inner, nested := strings.Cut(name, ".")
	for _, f := range reflect.VisibleFields(s.Type()) {
		if !f.IsExported() || f.Anonymous || Snake(f.Name) != outer {
			continue
		}
		v := s.FieldByIndex(f.Index)
		switch {
		case !nested && settable(f.Type):
			return true, assign(v, text)
		case nested && v.Kind() == reflect.Interface && !v.IsNil():
			changed := reflect.New(v.Elem().Type()).Elem() // a value in an interface cannot be set in place
			changed.Set(v.Elem())
			known, err = set(changed, inner, text)
			v.Set(changed)
			return known, err
		}
	}
	return false, nil
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

// assign parses text and sets a field to it.
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
