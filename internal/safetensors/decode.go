package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"descent/internal/foreign"
)

// decode reads a file of the given size.
func decode(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
	entries, metadata, start, err := decodeHeader(r, size)
	if err != nil {
		return nil, nil, err
	}
	if err := checkLayout(entries, size-start); err != nil {
		return nil, nil, err
	}

	data := io.Reader(io.NewSectionReader(r, start, size-start))
	want, summed := metadata[sumKey]
	h := newSum(entries, metadata)
	if !summed && ours(metadata) {
		return nil, nil, fmt.Errorf("no metadata %q: want the checksum that was written with the other metadata", sumKey)
	}
	if summed {
		data = io.TeeReader(data, h)
	}
	tensors := make([]Tensor, len(entries))
	for i, e := range entries {
		tensors[i] = Tensor{Name: e.name, Shape: e.shape}
		n := int(e.end-e.begin) / elementSize[e.dtype]
		if err := tensors[i].ReadElements(data, e.dtype, n, false); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", foreign.Name(e.name), err)
		}
	}
	if summed {
		if got := hexSum(h); got != want {
			return nil, nil, fmt.Errorf("the CRC-32C of its content is %s: want %.80q, as in the metadata", got, want)
		}
		if delete(metadata, sumKey); len(metadata) == 0 {
			metadata = nil
		}
	}
	return tensors, metadata, nil
}

// decodeHeader reads everything before the data, which start at byte start.
func decodeHeader(r io.ReaderAt, size int64) (entries []entry, metadata map[string]string, start int64, err error) {
	if size < 8 {
		return nil, nil, 0, fmt.Errorf("%d bytes: want 8 or more, for the header length", size)
	}
	var prefix [8]byte
	if err := readAt(r, prefix[:], 0); err != nil {
		return nil, nil, 0, err
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	if n > maxHeader || n > uint64(size-8) {
		return nil, nil, 0, fmt.Errorf("header of %d bytes in a file of %d: want %d or fewer", n, size, min(size-8, maxHeader))
	}
	header := make([]byte, n)
	if err := readAt(r, header, 8); err != nil {
		return nil, nil, 0, err
	}
	if entries, metadata, err = parseHeader(header); err != nil {
		return nil, nil, 0, fmt.Errorf("header: %w", err)
	}
	return entries, metadata, 8 + int64(n), nil
}

// checkLayout sorts the entries by their data. It returns an error if they do not
// fill the data, of the given length, without gaps.
func checkLayout(entries []entry, length int64) error {
	for i := range entries {
		e := &entries[i]
		size, ok := elementSize[e.dtype]
		if !ok {
			return fmt.Errorf("%s: dtype %q: want a float of 16 to 64 bits, an integer or BOOL", foreign.Name(e.name), e.dtype)
		}
		if e.begin < 0 || e.end < e.begin || e.end > length {
			return fmt.Errorf("%s: data_offsets [%d %d]: want an ascending pair within the %d bytes of data", foreign.Name(e.name), e.begin, e.end, length)
		}
		want, ok := byteLength(e.shape, size)
		if !ok {
			return fmt.Errorf("%s: shape %v: want dimensions of 0 or more whose size in bytes fits an int", foreign.Name(e.name), e.shape)
		}
		if e.end-e.begin != want {
			return fmt.Errorf("%s: %d bytes for %s of shape %v: want %d", foreign.Name(e.name), e.end-e.begin, e.dtype, e.shape, want)
		}
	}
	// Empty tensors begin where the next tensor begins, so compare the ends too.
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	var next int64
	for _, e := range entries {
		if e.begin != next {
			return fmt.Errorf("%s: data begin at byte %d: want %d, the end of the previous tensor", foreign.Name(e.name), e.begin, next)
		}
		next = e.end
	}
	if next != length {
		return fmt.Errorf("%d bytes of data after the last tensor: want none", length-next)
	}
	return nil
}

// readAt fills b. It returns an error if the file has become shorter, but not for an
// EOF together with the last byte.
func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
