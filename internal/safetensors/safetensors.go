// Package safetensors reads and writes the safetensors format: named arrays after a
// JSON header, without executable content.
//
// A file is
//
//	8 bytes   n, the length of the header, little-endian
//	n bytes   JSON: {"__metadata__": {"key": "value"},
//	          "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
//	the rest  the elements of every tensor, row by row, little-endian,
//	          without gaps between tensors; offsets count from its start
//
// It writes F32 and F64, the types that Descent computes with. It also reads F16 and
// BF16, which a float32 holds exactly, integers and BOOL.
package safetensors

import (
	"bytes"
	"fmt"
	"os"
	"unicode/utf8"

	"descent/internal/foreign"
	"descent/internal/memory"
)

const (
	// maxHeader is the maximum header length of the format's own library.
	maxHeader = 100_000_000

	// maxField is the maximum length of a name, shape or other field, in bytes.
	maxField = 1024

	// metadataKey is the header entry that is not a tensor.
	metadataKey = "__metadata__"
)

// Tensor is a named array. Its elements are Data, stored as F32, or Data64, stored as
// F64, if that is not nil.
type Tensor struct {
	Name   string
	Shape  []int // empty for a single number
	Data   []float32
	Data64 []float64

	// Integer says that the elements were read as integers, into Data64.
	Integer bool
}

// dtype returns the format's name of the element type and its size in bytes.
func (t *Tensor) dtype() (name string, size int) {
	if t.Data64 != nil {
		return "F64", 8
	}
	return "F32", 4
}

// check returns an error if a tensor cannot be written.
func (t *Tensor) check() error {
	if t.Name == "" || t.Name == metadataKey || !utf8.ValidString(t.Name) || len(t.Name) > maxField {
		return fmt.Errorf("safetensors: name %.80q: want non-empty UTF-8 text other than %s, of %d bytes or fewer", t.Name, metadataKey, maxField)
	}
	if t.Data != nil && t.Data64 != nil {
		return fmt.Errorf("safetensors: %s: both Data and Data64 are set: want one", foreign.Name(t.Name))
	}
	_, size := t.dtype()
	length, ok := byteLength(t.Shape, size)
	if have := len(t.Data) + len(t.Data64); !ok || length != int64(have)*int64(size) {
		return fmt.Errorf("safetensors: %s: %d elements with shape %v: want their product", foreign.Name(t.Name), have, t.Shape)
	}
	return nil
}

// byteLength returns the product of the shape and the element size. It returns false
// if a dimension is negative or the product overflows.
func byteLength(shape []int, size int) (int64, bool) {
	n, ok := memory.Product(append([]int{size}, shape...)...)
	return int64(n), ok
}

// Read returns the tensors of a file in the order of their data, and its
// metadata (nil if it has none).
//
// Read checks the header against the size of the file before it allocates memory.
// The error for a malformed file names the file and the tensor. Read also returns an
// error if the content does not match the checksum that [Write] put into the
// metadata. Files of other programs may have none.
func Read(path string) (tensors []Tensor, metadata map[string]string, err error) {
	err = open(path, func(f *os.File, size int64) error {
		tensors, metadata, err = decode(f, size)
		return err
	})
	return tensors, metadata, err
}

// ReadMetadata returns all the metadata of a file, including the checksum that [Write]
// put into it. It verifies nothing after the header.
func ReadMetadata(path string) (metadata map[string]string, err error) {
	err = open(path, func(f *os.File, size int64) error {
		_, metadata, _, err = decodeHeader(f, size)
		return err
	})
	return metadata, err
}

// open calls read with a file and its size.
func open(path string, read func(f *os.File, size int64) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	if err := read(f, info.Size()); err != nil {
		return fmt.Errorf("safetensors: %s: %w", path, err)
	}
	return nil
}

// Decode is like [Read] for a file in memory. The tensors do not share memory with b.
func Decode(b []byte) ([]Tensor, map[string]string, error) {
	tensors, metadata, err := decode(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, nil, fmt.Errorf("safetensors: %w", err)
	}
	return tensors, metadata, nil
}
