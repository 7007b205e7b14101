package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// IDXType is the type of an IDX file's numbers, as encoded in its header.
type IDXType uint8

// The types of the format. Multibyte numbers are big-endian.
const (
	IDXUint8   IDXType = 0x08
	IDXInt8    IDXType = 0x09
	IDXInt16   IDXType = 0x0B
	IDXInt32   IDXType = 0x0C
	IDXFloat32 IDXType = 0x0D
	IDXFloat64 IDXType = 0x0E
)

// size is the bytes of a number, or zero for an unknown type.
func (t IDXType) size() int {
	switch t {
	case IDXUint8, IDXInt8:
		return 1
	case IDXInt16:
		return 2
	case IDXInt32, IDXFloat32:
		return 4
	case IDXFloat64:
		return 8
	}
	return 0
}

// IDX is an array read from a file in the format of the MNIST family: a header of
// two zero bytes, the type, the number of dimensions and each dimension as a
// big-endian uint32, followed by the numbers, with the last dimension varying fastest.
type IDX struct {
	Type  IDXType
	Shape []int
	Data  []byte // as in the file; for [IDXUint8], the numbers themselves
}

// ReadIDX reads an IDX file, plain or compressed with gzip, to its end.
// Zeros that pad the compressed file are skipped.
//
// It is an error if the header is not an IDX header, if a dimension is zero, if
// more or fewer numbers follow than the header says, or if anything other than gzip
// data and padding follows gzip data. Memory grows with the data read, whatever the
// header says.
func ReadIDX(r io.Reader) (*IDX, error) {
	x, err := readIDX(r)
	if err != nil {
		return nil, fmt.Errorf("datasets: IDX: %w", err)
	}
	return x, nil
}

// ReadIDXFile calls [ReadIDX] on a file.
func ReadIDXFile(name string) (*IDX, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("datasets: IDX: %w", err)
	}
	defer f.Close()
	x, err := readIDX(f)
	if err != nil {
		return nil, fmt.Errorf("datasets: IDX: %s: %w", name, err)
	}
	return x, nil
}

func readIDX(r io.Reader) (*IDX, error) {
	r, err := gunzip(r)
	if err != nil {
		return nil, err
	}
	t, shape, err := idxHeader(r)
	if err != nil {
		return nil, err
	}
	n, ok := elements(append([]int{t.size()}, shape...))
	if !ok {
		return nil, fmt.Errorf("dimensions %v: want 1 or more each, and a product that fits in memory", shape)
	}
	data, err := readGrowing(r, n)
	if err != nil {
		return nil, fmt.Errorf("dimensions %v: %w", shape, err)
	}
	if err := expectEOF(r, n); err != nil {
		return nil, fmt.Errorf("dimensions %v: %w", shape, err)
	}
	return &IDX{Type: t, Shape: shape, Data: data}, nil
}

// idxHeader reads the type and the dimensions.
func idxHeader(r io.Reader) (IDXType, []int, error) {
	var magic [4]byte
	if _, err := io.ReadFull(r, magic[:]); err != nil {
		return 0, nil, fmt.Errorf("header: %w", truncated(err))
	}
	t := IDXType(magic[2])
	switch {
	case magic[0] != 0 || magic[1] != 0:
		return 0, nil, fmt.Errorf("it begins with 0x%02x%02x: want 0x0000", magic[0], magic[1])
	case t.size() == 0:
		return 0, nil, fmt.Errorf("type 0x%02x: want 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e", magic[2])
	case magic[3] == 0:
		return 0, nil, errors.New("0 dimensions: want 1 or more")
	}
	dims := make([]byte, 4*int(magic[3])) // at most 1,020 bytes
	if _, err := io.ReadFull(r, dims); err != nil {
		return 0, nil, fmt.Errorf("header of %d dimensions: %w", magic[3], truncated(err))
	}
	shape := make([]int, magic[3])
	for i := range shape {
		d := binary.BigEndian.Uint32(dims[4*i:])
		if uint64(d) > math.MaxInt {
			return 0, nil, fmt.Errorf("dimension %d is %d: want one that fits in memory", i, d)
		}
		shape[i] = int(d)
	}
	return t, shape, nil
}

// readGrowing reads n bytes into memory that grows with the bytes read so far: to at
// most twice that, or 64 KiB.
func readGrowing(r io.Reader, n int) ([]byte, error) {
	data := make([]byte, min(n, 1<<16))
	have := 0
	for {
		m, err := io.ReadFull(r, data[have:])
		have += m
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, fmt.Errorf("the file ends after %d bytes of data: want %d: %w", have, n, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, fmt.Errorf("after %d of %d bytes of data: %w", have, n, err)
		}
		if have == n {
			return data, nil
		}
		bigger := make([]byte, min(n-have, have)+have)
		copy(bigger, data)
		data = bigger
	}
}

// expectEOF reports anything that follows the n bytes of data; at the end of
// a gzip stream its checksum is verified.
func expectEOF(r io.Reader, n int) error {
	var b [1]byte
	_, err := io.ReadFull(r, b[:])
	switch err {
	case io.EOF:
		return nil
	case nil:
		return fmt.Errorf("more than %d bytes of data: want the file to end there", n)
	}
	return fmt.Errorf("after the data: %w", truncated(err))
}

// truncated turns the io.EOF of a reader that wanted more into io.ErrUnexpectedEOF.
func truncated(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Len returns the number of elements.
func (x *IDX) Len() int { return len(x.Data) / max(x.Type.size(), 1) }

// Float32s returns the elements as float32 numbers. Large integers and float64s
// are rounded.
func (x *IDX) Float32s() []float32 {
	out := make([]float32, x.Len())
	be := binary.BigEndian
	for i := range out {
		switch x.Type {
		case IDXUint8:
			out[i] = float32(x.Data[i])
		case IDXInt8:
			out[i] = float32(int8(x.Data[i]))
		case IDXInt16:
			out[i] = float32(int16(be.Uint16(x.Data[2*i:])))
		case IDXInt32:
			out[i] = float32(int32(be.Uint32(x.Data[4*i:])))
		case IDXFloat32:
			out[i] = math.Float32frombits(be.Uint32(x.Data[4*i:]))
		case IDXFloat64:
			out[i] = float32(math.Float64frombits(be.Uint64(x.Data[8*i:])))
		}
	}
	return out
}

// Labels returns the elements as class labels. It is an error if they are not
// integers in one dimension.
func (x *IDX) Labels() ([]int32, error) {
	if len(x.Shape) != 1 || x.Type == IDXFloat32 || x.Type == IDXFloat64 {
		return nil, fmt.Errorf("datasets: IDX: labels from type 0x%02x of shape %v: want integers in one dimension", uint8(x.Type), x.Shape)
	}
	out := make([]int32, x.Len())
	for i := range out {
		switch x.Type {
		case IDXUint8:
			out[i] = int32(x.Data[i])
		case IDXInt8:
			out[i] = int32(int8(x.Data[i]))
		case IDXInt16:
			out[i] = int32(int16(binary.BigEndian.Uint16(x.Data[2*i:])))
		case IDXInt32:
			out[i] = int32(binary.BigEndian.Uint32(x.Data[4*i:]))
		}
	}
	return out, nil
}
