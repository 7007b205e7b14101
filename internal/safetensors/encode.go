package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strconv"
	"unicode/utf8"

	"descent/internal/atomicfile"
	"descent/internal/foreign"
)

// Write atomically writes the tensors, in order, the metadata and a checksum of both
// to a file. If it fails, an existing file is unchanged.
func Write(path string, tensors []Tensor, metadata map[string]string) error {
	// Check the arguments before creating a file.
	header, err := encodeHeader(tensors, metadata)
	if err != nil {
		return err
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return encode(w, header, tensors) })
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

// Encode writes the tensors, in order, the metadata and a checksum of both to w.
// [Decode] verifies the checksum. Equal arguments give equal bytes.
//
// Encode returns an error that names the tensor if its elements do not match its
// shape, or if its name is empty, too long, duplicate or not UTF-8.
func Encode(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	header, err := encodeHeader(tensors, metadata)
	if err != nil {
		return err
	}
	if err := encode(w, header, tensors); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	return nil
}

func encode(w io.Writer, header []byte, tensors []Tensor) error {
	if _, err := w.Write(header); err != nil {
		return err
	}
	for i := range tensors {
		if err := writeElements(w, &tensors[i], swapped); err != nil {
			return err
		}
	}
	return nil
}

// encodeHeader returns the length and the header, padded with spaces so that
// the data start at a multiple of eight bytes.
func encodeHeader(tensors []Tensor, metadata map[string]string) ([]byte, error) {
	for k, v := range metadata {
		if !utf8.ValidString(k) || !utf8.ValidString(v) || len(k) > maxField {
			return nil, fmt.Errorf("safetensors: metadata %.80q: %.80q: want UTF-8, and keys of %d bytes or fewer", k, v, maxField)
		}
	}
	entries, err := layOut(tensors)
	if err != nil {
		return nil, err
	}
	h := newSum(entries, metadata)
	for i := range tensors {
		if err := writeElements(h, &tensors[i], swapped); err != nil {
			return nil, err
		}
	}
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[sumKey] = hexSum(h)

	b := append(make([]byte, 8, 256), `{"`+metadataKey+`":`...)
	b = append(b, marshal(metadata)...) // in the order of the keys
	for _, e := range entries {
		b = append(b, ',')
		b = append(b, marshal(e.name)...)
		b = append(b, `:{"dtype":"`+e.dtype+`","shape":[`...)
		for j, d := range e.shape {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(d), 10)
		}
		b = append(b, `],"data_offsets":[`...)
		b = strconv.AppendInt(b, e.begin, 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, e.end, 10)
		b = append(b, "]}"...)
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b)-8 > maxHeader {
		return nil, fmt.Errorf("safetensors: header of %d bytes: want %d or fewer", len(b)-8, maxHeader)
	}
	binary.LittleEndian.PutUint64(b, uint64(len(b)-8))
	return b, nil
}

// layOut returns the header entries of the tensors.
func layOut(tensors []Tensor) ([]entry, error) {
	entries := make([]entry, len(tensors))
	seen := make(map[string]bool, len(tensors))
	var begin int64
	for i := range tensors {
		t := &tensors[i]
		if err := t.check(); err != nil {
			return nil, err
		}
		if seen[t.Name] {
			return nil, fmt.Errorf("safetensors: %s: duplicate tensor", foreign.Name(t.Name))
		}
		seen[t.Name] = true
		dtype, size := t.dtype()
		end := begin + int64(size)*int64(len(t.Data)+len(t.Data64))
		entries[i] = entry{t.Name, dtype, t.Shape, begin, end}
		begin = end
	}
	return entries, nil
}

// marshal is json.Marshal for values with which it cannot fail: a string or a map of
// strings.
func marshal(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}
