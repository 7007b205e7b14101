package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"descent/internal/foreign"
)

var errNotObject = errors.New("want a JSON object")

// entry is the unchecked header entry of a tensor.
type entry struct {
	name, dtype string
	shape       []int
	begin, end  int64
}

// parseHeader parses the JSON. It is stricter than json.Unmarshal, which accepts
// duplicate and unknown keys and ignores case.
func parseHeader(b []byte) ([]entry, map[string]string, error) {
	if !utf8.Valid(b) {
		return nil, nil, errors.New("want UTF-8")
	}
	if len(b) == 0 || b[0] != '{' {
		return nil, nil, errNotObject
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	var entries []entry
	var metadata map[string]string
	err := eachKey(dec, func(key string) (err error) {
		if key == metadataKey {
			metadata, err = parseMetadata(dec)
			return err
		}
		e, err := parseEntry(dec, key)
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, nil, errors.New("bytes after the JSON object: want only spaces")
	}
	return entries, metadata, nil
}

func parseMetadata(dec *json.Decoder) (map[string]string, error) {
	m := map[string]string{}
	err := eachKey(dec, func(key string) error {
		var v *string
		if err := dec.Decode(&v); err != nil {
			return foreign.JSON(err)
		}
		if v == nil {
			return errors.New("null: want a string")
		}
		m[key] = *v
		return nil
	})
	return m, err
}

func parseEntry(dec *json.Decoder, name string) (entry, error) {
	e := entry{name: name}
	var dtype *string
	var shape *[]int
	var offsets []int64
	err := eachKey(dec, func(key string) error {
		switch key {
		case "dtype":
			return decodeField(dec, &dtype)
		case "shape":
			return decodeField(dec, &shape)
		case "data_offsets":
			return decodeField(dec, &offsets)
		}
		return errors.New("want dtype, shape or data_offsets")
	})
	if err != nil {
		return e, err
	}
	if dtype == nil || shape == nil || *shape == nil || len(offsets) != 2 {
		return e, errors.New("want dtype, shape and a pair of data_offsets")
	}
	e.dtype, e.shape, e.begin, e.end = *dtype, *shape, offsets[0], offsets[1]
	return e, nil
}

// decodeField reads a value of bounded length.
func decodeField(dec *json.Decoder, to any) error {
	var raw json.RawMessage // of the header's own bytes
	if err := dec.Decode(&raw); err != nil {
		return foreign.JSON(err)
	}
	if len(raw) > maxField {
		return fmt.Errorf("%d bytes: want %d or fewer", len(raw), maxField)
	}
	return foreign.JSON(json.Unmarshal(raw, to))
}

// eachKey reads an object and calls value at the value of each key. Errors name the
// key. A duplicate key is an error.
func eachKey(dec *json.Decoder, value func(key string) error) error {
	switch open, err := dec.Token(); {
	case err != nil:
		return foreign.JSON(err)
	case open != json.Delim('{'):
		return errNotObject
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return foreign.JSON(err)
		}
		key, ok := token.(string)
		if !ok {
			return fmt.Errorf("%v: want a key", token)
		}
		if len(key) > maxField {
			return fmt.Errorf("%.80q…: a name of %d bytes: want %d or fewer", key, len(key), maxField)
		}
		if seen[key] {
			return fmt.Errorf("duplicate key %s", foreign.Name(key))
		}
		seen[key] = true
		if err := value(key); err != nil {
			return fmt.Errorf("%s: %w", foreign.Name(key), err)
		}
	}
	_, err := dec.Token() // the closing brace, which the decoder checks
	return foreign.JSON(err)
}
