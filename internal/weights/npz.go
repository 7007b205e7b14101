package weights

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"codeberg.org/sbinet/npyio/npy"
	"descent/internal/foreign"
	"descent/internal/memory"
	"descent/internal/safetensors"
)

const (
	maxRatio  = 100     // of the data to the file that they are compressed in
	maxHeader = 1 << 16 // of an array, in bytes: as in version 1 of the format
	maxName   = 1024    // bytes
)

// readNpz reads an .npz file: a zip archive with an .npy file for each array.
func readNpz(r io.ReaderAt, size int64) ([]safetensors.Tensor, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	left := maxRatio * uint64(size)
	seen := map[string]bool{}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		switch {
		case path.Base(f.Name) == "data.pkl":
			return nil, errPickle
		case !ok || name == "" || len(name) > maxName || !utf8.ValidString(name):
			return nil, fmt.Errorf("entry %.80q: want NAME.npy", f.Name)
		case seen[name]:
			return nil, fmt.Errorf("%s: duplicate array", foreign.Name(name))
		case f.UncompressedSize64 > left:
			return nil, fmt.Errorf("%s: the data are over %d times as large as the file: want them saved without compression", foreign.Name(name), maxRatio)
		}
		seen[name] = true
		left -= f.UncompressedSize64
	}
	var all []safetensors.Tensor
	b := bufio.NewReaderSize(nil, 1<<15)
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, ".npy")
		t, err := readEntry(f, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", foreign.Name(name), err)
		}
		t.Name = name
		all = append(all, t)
	}
	return all, nil
}

// readEntry reads an array through the buffer.
func readEntry(f *zip.File, b *bufio.Reader) (safetensors.Tensor, error) {
	r, err := f.Open()
	if err != nil {
		return safetensors.Tensor{}, err
	}
	defer r.Close()
	b.Reset(r)
	header, length, err := readHeader(b)
	if err != nil {
		return safetensors.Tensor{}, err
	}
	dtype, big, err := parseType(header.Type)
	if err != nil {
		return safetensors.Tensor{}, err
	}
	t := safetensors.Tensor{Shape: append([]int{}, header.Shape...)}
	size, _ := safetensors.ElementSize(dtype)
	n, ok := memory.Product(append([]int{size}, t.Shape...)...)
	if have := f.UncompressedSize64 - length; !ok || f.UncompressedSize64 < length || uint64(n) != have {
		return safetensors.Tensor{}, fmt.Errorf("%d bytes of data for %s of shape %.200s: want as many as the shape says", int64(have), dtype, fmt.Sprint(t.Shape))
	}
	if err := t.ReadElements(b, dtype, n/size, big); err != nil {
		return safetensors.Tensor{}, err
	}
	if _, err := b.ReadByte(); err != io.EOF { // at the end, the archive's checksum is compared
		if err == nil {
			err = errors.New("data after the array")
		}
		return safetensors.Tensor{}, err
	}
	if header.Fortran {
		t.Data, t.Data64 = rowMajor(t.Data, t.Shape), rowMajor(t.Data64, t.Shape)
	}
	return t, nil
}

// description is the content of the header of an .npy file.
type description struct {
	Type    string // e.g. "<f4"
	Fortran bool   // the first index varies fastest
	Shape   []int
}

// readHeader reads the header and returns its length in bytes. The library panics
// if a header is not as NumPy writes it, and allocates as much as its length says.
func readHeader(r *bufio.Reader) (d description, length uint64, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("malformed header of an array: want one of NumPy")
		}
	}()
	// The magic, the version, and the length in two bytes, or in four.
	start, err := r.Peek(12)
	if err != nil {
		return d, 0, fmt.Errorf("header of an array: %w", io.ErrUnexpectedEOF)
	}
	length = 10 + uint64(binary.LittleEndian.Uint16(start[8:]))
	if start[6] > 1 {
		length = 12 + uint64(binary.LittleEndian.Uint32(start[8:]))
	}
	if length > maxHeader {
		return d, 0, fmt.Errorf("header of an array of %d bytes: want %d or fewer", length, maxHeader)
	}
	a, err := npy.NewReader(r)
	if err != nil {
		return d, 0, fmt.Errorf("header of an array: %.100q", strings.TrimPrefix(err.Error(), "npy: "))
	}
	return description(a.Header.Descr), length, nil
}

// parseType returns the type of a NumPy array, such as '<f4', under its safetensors
// name, and whether its bytes are big-endian.
func parseType(s string) (dtype string, big bool, err error) {
	text := strings.Trim(s, "'")
	if len(text) == 3 {
		names := map[string]string{
			"f2": "F16", "f4": "F32", "f8": "F64", "b1": "BOOL",
			"i1": "I8", "i2": "I16", "i4": "I32", "i8": "I64", "u1": "U8", "u2": "U16", "u4": "U32", "u8": "U64",
		}
		if dtype, ok := names[text[1:]]; ok && strings.Contains("<>|", text[:1]) {
			return dtype, text[0] == '>', nil
		}
	}
	return "", false, fmt.Errorf("dtype %.80q: want a float of 16 to 64 bits, an integer or bool", s)
}

// rowMajor returns the elements of an array whose first index varies fastest, in the
// order in which the last index does.
func rowMajor[T float32 | float64](v []T, shape []int) []T {
	if len(v) == 0 || len(shape) < 2 {
		return v
	}
	stride := make([]int, len(shape))
	step := 1
	for k := len(shape) - 1; k >= 0; k-- {
		stride[k] = step
		step *= shape[k]
	}
	out, index, at := make([]T, len(v)), make([]int, len(shape)), 0
	for _, x := range v {
		out[at] = x
		for k := range shape {
			index[k]++
			at += stride[k]
			if index[k] < shape[k] {
				break
			}
			at -= stride[k] * shape[k]
			index[k] = 0
		}
	}
	return out
}
