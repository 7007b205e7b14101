package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"

	"descent/nn"
	"descent/nn/internal/walk"
)

const (
	maxDescription = 16 << 20 // bytes
	maxDepth       = 50       // layers around a layer
)

// decode parses a description.
func decode(text []byte) (*description, error) {
	if len(text) > maxDescription {
		return nil, fmt.Errorf("a description of %d bytes: want %d or fewer", len(text), maxDescription)
	}
	o := parse("description", text)
	if v := o.int("version"); o.err == nil && v != version {
		return nil, fmt.Errorf("a description of version %d: want %d, the only known version", v, version)
	}
	d := &description{input: o.ints("input"), vocabulary: o.int("vocabulary")}
	network := o.raw("network")
	d.Classes, d.Tokens = o.texts("classes"), o.texts("tokens")
	if raw := o.raw("normalization"); raw != nil {
		n := parse("normalization", raw)
		d.Normalization = Normalization{Mean: n.numbers("mean"), SD: n.numbers("sd")}
		o.fail(n.end())
	}
	if err := o.end(); err != nil {
		return nil, err
	}
	if d.vocabulary < 0 || d.vocabulary > math.MaxInt32 {
		return nil, fmt.Errorf("vocabulary = %d: want 0 (no tokens) to %d", d.vocabulary, math.MaxInt32)
	}
	if err := d.check(d.input, d.vocabulary); err != nil {
		return nil, err
	}
	if d.NoNetwork = network == nil; d.NoNetwork {
		return d, nil
	}
	var err error
	d.network, err = decodeLayer("", network, 0)
	return d, err
}

// decodeLayer makes the layer at a path. nn.NewModel checks the values of the fields.
func decodeLayer(path string, raw []byte, depth int) (nn.Layer, error) {
	o := parse("network", raw)
	if path != "" {
		o.at = "layer " + path
	}
	kind := o.text("type")
	if kind != "" {
		o.at += fmt.Sprintf(" (%.80s)", kind)
	}
	t, ok := types[kind]
	if !ok {
		o.fail(errors.New("unknown type of layer"))
		return nil, o.end()
	}
	l := reflect.New(t).Elem()
	if t == reflect.TypeFor[nn.Seq]() {
		inner, err := o.layers("layers", path, depth)
		if err != nil {
			return nil, err
		}
		l.Set(reflect.ValueOf(nn.Seq(inner)))
		return l.Interface().(nn.Layer), o.end()
	}
	for _, f := range fieldsOf(t) {
		v := l.FieldByIndex(f.index)
		switch to := v.Addr().Interface().(type) {
		case *nn.Layer:
			inner, err := o.layer(path, f.name, depth)
			if err != nil {
				return nil, err
			}
			*to = inner
		case *[]nn.Layer:
			inner, err := o.layers(f.name, path, depth)
			if err != nil {
				return nil, err
			}
			*to = inner
		default:
			o.take(f.name, f.want, to)
		}
	}
	return l.Interface().(nn.Layer), o.end()
}

// layers returns the layers inside the one at a path.
func (o *object) layers(name, path string, depth int) ([]nn.Layer, error) {
	all := []nn.Layer{}
	if depth == maxDepth {
		return nil, fmt.Errorf("%s: it is inside %d others: want fewer", o.at, depth)
	}
	for i, raw := range field[[]json.RawMessage](o, name, "a list") {
		inner, err := decodeLayer(walk.Join(path, i), raw, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, inner)
	}
	return all, nil
}

// layer returns the layer in a field of the one at a path, or nil if there is none.
func (o *object) layer(path, name string, depth int) (nn.Layer, error) {
	raw := o.raw(name)
	if raw == nil || o.err != nil {
		return nil, nil
	}
	if depth == maxDepth {
		return nil, fmt.Errorf("%s: it is inside %d others: want fewer", o.at, depth)
	}
	return decodeLayer(walk.Within(path, name), raw, depth+1)
}
