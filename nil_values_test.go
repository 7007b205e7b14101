package descent_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
)

// deepest is how far inside a struct or a slice something is spoiled.
const deepest = 3

func hasSound(t reflect.Type) bool {
	return slices.ContainsFunc(soundValues, func(f any) bool { return reflect.TypeOf(f).Out(0) == t })
}

// sound returns a value of a type that is most likely to be accepted.
func sound(t reflect.Type, depth int) reflect.Value {
	for _, f := range soundValues {
		if f := reflect.ValueOf(f); f.Type().Out(0) == t {
			return f.Call(nil)[0]
		}
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(.5)
	case reflect.String:
		v.SetString("x")
	case reflect.Slice:
		v = reflect.MakeSlice(t, 1, 1)
		v.Index(0).Set(sound(t.Elem(), depth+1))
	case reflect.Func:
		v = answering(t, func(t reflect.Type) reflect.Value { return sound(t, depth+1) })
	case reflect.Pointer:
		v = reflect.New(t.Elem())
		v.Elem().Set(sound(t.Elem(), depth))
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() && depth < deepest {
				v.Field(i).Set(sound(t.Field(i).Type, depth+1))
			}
		}
	case reflect.Interface:
		if t == errorType {
			break
		}
		for _, p := range exportedTypes() {
			if p.Elem().Implements(t) && p.Elem().Kind() == reflect.Struct {
				v.Set(sound(p.Elem(), depth+1))
				break
			}
			if p.Implements(t) {
				v.Set(reflect.New(p.Elem()))
				break
			}
		}
	}
	return v
}

// whole is a sound struct, also of a type that is used by its pointer.
func whole(t reflect.Type, depth int) reflect.Value {
	if p := reflect.PointerTo(t); hasSound(p) {
		return sound(p, depth).Elem()
	}
	return sound(t, depth)
}

var errorType = reflect.TypeFor[error]()

// answering makes a function that returns values without a look at its
// arguments, and no error.
func answering(t reflect.Type, value func(reflect.Type) reflect.Value) reflect.Value {
	return reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value {
		results := make([]reflect.Value, t.NumOut())
		for i := range results {
			results[i] = value(t.Out(i))
		}
		return results
	})
}

// mutant is a value that something is wrong with.
type mutant struct {
	name string
	make func() reflect.Value
}

// spoiled returns values of a type that a careless caller passes.
func spoiled(t reflect.Type, depth int) []mutant {
	all := []mutant{{"zero", func() reflect.Value { return reflect.Zero(t) }}}
	add := func(name string, f func() reflect.Value) { all = append(all, mutant{name, f}) }
	number := func(x any) {
		add("number", func() reflect.Value { return reflect.ValueOf(x).Convert(t) })
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number(-1)
	case reflect.Float32, reflect.Float64:
		number(-1)
		number(math.NaN())
	case reflect.Func:
		add("answers zero", func() reflect.Value { return answering(t, reflect.Zero) })
	case reflect.Pointer:
		if e := t.Elem(); depth < deepest && (depth == 0 && slices.Contains(exportedTypes(), t) || strings.HasPrefix(e.PkgPath(), "descent/") && e.Kind() == reflect.Struct) {
			for _, m := range spoiled(t.Elem(), depth) {
				add("&"+m.name, func() reflect.Value {
					p := reflect.New(t.Elem())
					p.Elem().Set(m.make())
					return p
				})
			}
		}
	case reflect.Slice:
		add("empty", func() reflect.Value { return reflect.MakeSlice(t, 0, 0) })
		if depth < deepest {
			for _, m := range spoiled(t.Elem(), depth+1) {
				add("{"+m.name+"}", func() reflect.Value {
					v := reflect.MakeSlice(t, 1, 1)
					v.Index(0).Set(m.make())
					return v
				})
			}
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && depth < deepest {
				for _, m := range spoiled(f.Type, depth+1) {
					add(f.Name+": "+m.name, func() reflect.Value {
						v := reflect.New(t).Elem()
						v.Set(whole(t, depth))
						v.Field(i).Set(m.make())
						return v
					})
				}
			}
		}
	case reflect.Interface:
		if t == errorType || t.NumMethod() == 0 {
			break
		}
		for _, p := range append(exportedTypes(), foreignTypes...) {
			if !p.Implements(t) {
				continue
			}
			as := func(v reflect.Value) reflect.Value {
				i := reflect.New(t).Elem()
				i.Set(v)
				return i
			}
			add("("+p.String()+")(nil)", func() reflect.Value { return as(reflect.Zero(p)) })
			if !slices.Contains(foreignTypes, p) {
				add("&"+p.Elem().String()+"{}", func() reflect.Value { return as(reflect.New(p.Elem())) })
			}
			if e := p.Elem(); e.Implements(t) && depth < deepest-1 {
				for _, m := range spoiled(e, depth+1) {
					add(e.String()+" "+m.name, func() reflect.Value { return as(m.make()) })
				}
			}
		}
	}
	return all
}
