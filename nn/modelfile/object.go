package modelfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// object is a JSON object whose fields are taken one by one, by their exact names.
// A missing field is zero. The first error is kept: fields taken after it are not
// meaningful.
type object struct {
	at     string // its place, for errors
	fields map[string]json.RawMessage
	known  []string // the names that were taken
	err    error
}

// parse parses an object. It is stricter than json.Unmarshal, which accepts
// a field twice, null for any value, and names in another case.
func parse(at string, text []byte) *object {
	o := &object{at: at, fields: map[string]json.RawMessage{}}
	if !utf8.Valid(text) {
		o.fail(errors.New("want UTF-8"))
		return o
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		o.fail(fmt.Errorf("%.80q: want a JSON object", text))
		return o
	}
	for dec.More() {
		name, err := dec.Token() // the decoder makes sure that it is a name
		var value json.RawMessage
		if err == nil {
			err = dec.Decode(&value)
		}
		if err != nil {
			o.fail(err)
			return o
		}
		key, _ := name.(string)
		if _, twice := o.fields[key]; twice {
			o.fail(fmt.Errorf("field %.80q appears twice: want it once", key))
		}
		o.fields[key] = value
	}
	if _, err := dec.Token(); err == io.EOF {
		o.fail(io.ErrUnexpectedEOF)
	} else if err != nil {
		o.fail(err)
	} else if _, err := dec.Token(); err != io.EOF {
		o.fail(errors.New("more after the JSON object: want nothing"))
	}
	return o
}

// fail notes an error if it is the first.
func (o *object) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

// raw takes a field as it is; nil means that it is missing.
func (o *object) raw(name string) json.RawMessage {
	o.known = append(o.known, name)
	v := o.fields[name]
	delete(o.fields, name)
	return v
}

// field takes a field.
func field[T any](o *object, name, want string) (v T) {
	o.take(name, want, &v)
	return v
}

// take sets the variable that to points to to the value of a field, if present.
func (o *object) take(name, want string, to any) {
	raw := o.raw(name)
	if raw == nil || o.err != nil {
		return
	}
	v := reflect.ValueOf(to).Elem()
	value := reflect.New(v.Type())
	err := json.Unmarshal(raw, value.Interface())
	var list []*json.RawMessage
	isList := json.Unmarshal(raw, &list) == nil // also if it is null
	if err != nil || isList && (list == nil || slices.Contains(list, nil)) || v.Kind() == reflect.Array && len(list) != v.Len() {
		o.fail(fmt.Errorf("%s = %.80s: want %s", name, raw, want))
		return
	}
	v.Set(value.Elem())
}

func (o *object) int(name string) int        { return field[int](o, name, "a whole number") }
func (o *object) ints(name string) []int     { return field[[]int](o, name, "a list of whole numbers") }
func (o *object) text(name string) string    { return field[string](o, name, "a text") }
func (o *object) texts(name string) []string { return field[[]string](o, name, "a list of texts") }
func (o *object) numbers(name string) []float64 {
	return field[[]float64](o, name, "a list of numbers")
}

// end returns the first error, with the object's place before it. A field that was not
// taken is an error.
func (o *object) end() error {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		o.fail(fmt.Errorf("unknown field %.80q: want %s", name, strings.Join(o.known, ", ")))
	}
	if o.err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", o.at, o.err)
}
