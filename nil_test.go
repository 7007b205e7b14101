package descent_test

import (
	"fmt"
	"go/ast"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Nothing that a user can do makes a panic: every exported function and every
// method of an exported type is called with arguments of which one is spoiled,
// then with zero values alone. Spoiled is nil, a nil pointer in an interface,
// a zero value, or a struct or slice that holds one of these. What a call
// returns is used as well.
//
// A method of a nil pointer may panic, as is the custom in Go; so may those of
// unchecked.
func TestNothingPanics(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, f := range exportedFunctions {
		v := reflect.ValueOf(f)
		if name := functionName(v); !slices.Contains(unchecked, name) {
			try(t, name, v, nil)
		}
	}
	for _, typ := range exportedTypes() {
		if slices.Contains(given, typ) && !hasSound(typ) {
			continue
		}
		for m := range typ.Methods() {
			if name := typeName(typ.Elem()) + "." + m.Name; !slices.Contains(unchecked, m.Name) {
				try(t, name, m.Func, typ)
			}
		}
	}
}

// The tables hold every exported function and type of the public packages.
func TestNothingIsMissing(t *testing.T) {
	var have, want []string
	for _, f := range exportedFunctions {
		have = append(have, functionName(reflect.ValueOf(f)))
	}
	for _, typ := range exportedTypes() {
		have = append(have, typeName(typ.Elem()))
	}
	for _, s := range sources(t) {
		if s.test() || s.Name.Name == "main" || strings.Contains(s.folder(), "internal") {
			continue
		}
		for _, d := range s.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() {
					want = append(want, s.folder()+"."+d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					ts, ok := spec.(*ast.TypeSpec)
					if !ok || !ts.Name.IsExported() || ts.Assign.IsValid() {
						continue
					}
					if _, ok := ts.Type.(*ast.InterfaceType); !ok {
						want = append(want, s.folder()+"."+ts.Name.Name)
					}
				}
			}
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	assert.Equal(t, slices.Compact(want), slices.Compact(have), "exportedFunctions and exportedPointers")
}

func exportedTypes() []reflect.Type {
	var all []reflect.Type
	for _, p := range exportedPointers {
		all = append(all, reflect.TypeOf(p))
	}
	return all
}

func functionName(f reflect.Value) string { return local(runtime.FuncForPC(f.Pointer()).Name()) }
func typeName(t reflect.Type) string      { return local(t.PkgPath() + "." + t.Name()) }

// local is a name without the module's and without type arguments.
func local(name string) string {
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "descent/"), "[")
	return name
}

// try calls f, a function or the method of a receiver, in every way.
func try(t *testing.T, name string, f reflect.Value, receiver reflect.Type) {
	typ := f.Type()
	arguments := func() []reflect.Value {
		all := make([]reflect.Value, typ.NumIn())
		for i := range all {
			all[i] = sound(typ.In(i), 0)
		}
		return all
	}
	call(t, name, "sound arguments", f, arguments())
	zeros := arguments()
	for i := range zeros {
		zeros[i] = reflect.Zero(typ.In(i))
		if i == 0 && receiver != nil {
			zeros[0] = reflect.New(receiver.Elem())
		}
	}
	if !slices.Contains(given, receiver) {
		call(t, name, "zero values", f, zeros)
	}
	for i := range typ.NumIn() {
		for _, m := range spoiled(typ.In(i), 0) {
			v := m.make()
			if i == 0 && receiver != nil && (v.IsNil() || slices.Contains(given, receiver)) {
				continue
			}
			all := arguments()
			all[i] = v
			call(t, name, fmt.Sprintf("argument %d: %s", i, m.name), f, all)
		}
	}
}

// call calls a function and uses what it returns; a panic is an error.
func call(t *testing.T, name, what string, f reflect.Value, args []reflect.Value) (results []reflect.Value) {
	defer func() {
		if p := recover(); p != nil {
			results = nil
			t.Errorf("%s: %s: panic: %v\n%s", name, what, p, culprit())
		}
	}()
	if slices.Contains(running, name) {
		for i, a := range args {
			if a.Type() == contextType && !a.IsNil() {
				args[i] = reflect.ValueOf(t.Context())
			}
		}
	}
	if f.Type().IsVariadic() {
		results = f.CallSlice(args)
	} else {
		results = f.Call(args)
	}
	if strings.Contains(what, " → ") {
		return results
	}
	for _, r := range results {
		if err, ok := r.Interface().(error); ok && strings.Contains(err.Error(), "PANIC=") {
			t.Errorf("%s: %s: %v", name, what, err)
		}
		use(t, name, what, r)
	}
	return results
}

// use calls the methods of a result, and the functions that it is or holds.
func use(t *testing.T, name, what string, v reflect.Value) {
	next := func(label string, f reflect.Value, args ...reflect.Value) {
		if slices.Contains(unchecked, label) {
			return
		}
		for in := range f.Type().Ins() { // what the library calls with what a caller gets ready-made
			if slices.Contains(given, in) || slices.Contains(given, reflect.PointerTo(in)) {
				return
			}
		}
		for len(args) < f.Type().NumIn() {
			args = append(args, sound(f.Type().In(len(args)), 0))
		}
		call(t, name, what+" → "+label, f, args)
	}
	switch v.Kind() {
	case reflect.Func:
		if !v.IsNil() {
			next("its result", v)
		}
		return
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Func && !f.IsNil() && v.Type().Field(i).IsExported() {
				next(v.Type().Field(i).Name, f)
			}
		}
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	default:
		return
	}
	if slices.Contains(exportedTypes(), v.Type()) {
		for m := range v.Type().Methods() {
			next(m.Name, m.Func, v)
		}
	}
}

// culprit is the innermost frame of the module on the stack of a panic.
func culprit() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "descent/") && i+1 < len(lines) {
			return l + lines[i+1]
		}
	}
	return ""
}
