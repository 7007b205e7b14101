// Package safetensors reads and writes the safetensors format: named arrays
// behind a JSON header, nothing that is executed.
//
// A file is
//
//	8 bytes   n, the length of the header, little-endian
//	n bytes   JSON: {"__metadata__": {"key": "value"},
//	          "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
//	the rest  the elements of every tensor, row by row, little-endian,
//	          without a gap between tensors; offsets count from its start
//
// F32 and F64 are read and written, the two types that Descent computes in; I64,
// in which PyTorch counts, is read.
package safetensors

import (
	"bytes"
	"fmt"
	"os"
	"unicode/utf8"

	"descent/internal/memory"
)

const (
	// maxHeader is the longest header that the format's own library accepts.
	maxHeader = 100_000_000

	// maxField is the longest name, shape or other field of a tensor, in bytes.
	maxField = 1024

	// metadataKey is the header entry that is not a tensor.
	metadataKey = "__metadata__"
)

// Tensor is a named array. Its elements are Data, or Data64 where that is not
// nil: the first is stored as F32, the second as F64.
type Tensor struct {
	Name   string
	Shape  []int // empty for a single number
	Data   []float32
	Data64 []float64

	// Integer says that the elements were read as I64, into Data64.
	Integer bool
}

// dtype returns the format's name of the element type and its size in bytes.
func (t *Tensor) dtype() (name string, size int) {
	if t.Data64 != nil {
		return "F64", 8
	}
	return "F32", 4
}

// check reports a tensor that cannot be written.
func (t *Tensor) check() error {
	if t.Name == "" || t.Name == metadataKey || !utf8.ValidString(t.Name) || len(t.Name) > maxField {
		return fmt.Errorf("safetensors: name %.80q: want a non-empty UTF-8 text other than %s, of at most %d bytes", t.Name, metadataKey, maxField)
	}
	if t.Data != nil && t.Data64 != nil {
		return fmt.Errorf("safetensors: %s: both Data and Data64 are set: want one", t.Name)
	}
	_, size := t.dtype()
	length, ok := byteLength(t.Shape, size)
	if have := len(t.Data) + len(t.Data64); !ok || length != int64(have)*int64(size) {
		return fmt.Errorf("safetensors: %s: %d elements with shape %v: want their product", t.Name, have, t.Shape)
	}
	return nil
}

// byteLength is the product of the shape and the element size, if no
// dimension is negative and nothing overflows.
func byteLength(shape []int, size int) (int64, bool) {
	n, ok := memory.Product(append([]int{size}, shape...)...)
	return int64(n), ok
}

// Read returns the tensors of a file in the order of their data, and its
// metadata (nil if it has none).
//
// Everything that the header says is checked against the size of the file
// before memory is taken for it. A file that is not well formed gives an
// error that names the file and the tensor. So does, without the tensor, one
// that does not fit the sum that [Write] put in its metadata; a file of another
// program may have none.
func Read(path string) ([]Tensor, map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	tensors, metadata, err := decode(f, info.Size())
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %s: %w", path, err)
	}
	return tensors, metadata, nil
}

// Decode is [Read] of a file that is in memory. The tensors do not share b.
func Decode(b []byte) ([]Tensor, map[string]string, error) {
	tensors, metadata, err := decode(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	return tensors, metadata, nil
}
