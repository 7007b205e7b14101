package modelfile

import (
	"encoding/json"
	"fmt"
	"reflect"

	"descent/nn"
	"descent/nn/internal/walk"
)

// version is the version of the description.
const version = 1

// description is the content of the JSON.
type description struct {
	Info
	network    nn.Layer // nil with NoNetwork
	input      []int
	vocabulary int
}

// The JSON, in the order in which it is written; [decode] reads the same fields.
type descriptionJSON struct {
	Version       int             `json:"version"`
	Input         []int           `json:"input"`
	Vocabulary    int             `json:"vocabulary,omitempty"`
	Network       json.RawMessage `json:"network,omitempty"`
	Classes       []string        `json:"classes,omitempty"`
	Tokens        []string        `json:"tokens,omitempty"`
	Normalization *Normalization  `json:"normalization,omitempty"`
}

func (d *description) encode() ([]byte, error) {
	if err := d.check(d.input, d.vocabulary); err != nil {
		return nil, err
	}
	j := descriptionJSON{Version: version, Input: d.input, Vocabulary: d.vocabulary, Classes: d.Classes, Tokens: d.Tokens}
	if len(d.Normalization.Mean) > 0 {
		j.Normalization = &d.Normalization
	}
	if d.network != nil {
		l, err := encodeLayer("", d.network, 0)
		if err != nil {
			return nil, err
		}
		j.Network = l
	}
	text, err := json.Marshal(j)
	if err == nil && len(text) > maxDescription {
		err = fmt.Errorf("a description of %d bytes: want %d or fewer", len(text), maxDescription)
	}
	return text, err
}

// encodeLayer is the inverse of decodeLayer.
func encodeLayer(path string, l nn.Layer, depth int) (json.RawMessage, error) {
	l = walk.Value(l)
	kind, ok := names[reflect.TypeOf(l)]
	if !ok {
		return nil, walk.Error(path, l, "it cannot be described: want the layers of package nn, or Info.NoNetwork")
	}
	text := fmt.Appendf(nil, `{"type":%q`, kind)
	add := func(name string, value any, err error) error {
		if err != nil {
			return err
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return walk.Error(path, l, fmt.Sprintf("%s: %v", name, err))
		}
		text = append(fmt.Appendf(text, `,%q:`, name), raw...)
		return nil
	}
	var err error
	inner := func(of []nn.Layer) (all []json.RawMessage, err error) {
		if err := checkDepth(path, l, depth); err != nil {
			return nil, err
		}
		for i, one := range of {
			raw, err := encodeLayer(walk.Join(path, i), one, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, raw)
		}
		return all, nil
	}
	if q, ok := l.(nn.Seq); ok {
		all, failed := inner(q)
		if len(all) > 0 || failed != nil {
			err = add("layers", all, failed)
		}
		return append(text, '}'), err
	}
	for _, f := range fieldsOf(reflect.TypeOf(l)) {
		v := reflect.ValueOf(l).FieldByIndex(f.index)
		if err != nil || v.IsZero() {
			continue
		}
		switch value := v.Interface().(type) {
		case nn.Layer:
			if err = checkDepth(path, l, depth); err == nil {
				raw, failed := encodeLayer(walk.Within(path, f.name), value, depth+1)
				err = add(f.name, raw, failed)
			}
		case []nn.Layer:
			all, failed := inner(value)
			err = add(f.name, all, failed)
		default:
			err = add(f.name, value, nil)
		}
	}
	return append(text, '}'), err
}

// checkDepth returns an error if a layer that contains others is too deep.
func checkDepth(path string, l nn.Layer, depth int) error {
	if depth == maxDepth {
		return walk.Error(path, l, fmt.Sprintf("it is inside %d others: want fewer", depth))
	}
	return nil
}
