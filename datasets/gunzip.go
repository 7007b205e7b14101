package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"descent/internal/isnil"
)

var gzipMagic = []byte{0x1f, 0x8b}

// gunzip decompresses r if it begins like a gzip file.
func gunzip(r io.Reader) (io.Reader, error) {
	if isnil.Value(r) {
		return nil, errors.New("the reader is nil: want an io.Reader")
	}
	br := bufio.NewReaderSize(r, 1<<16)
	magic, err := br.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, gzipMagic) {
		return br, nil
	}
	z, err := gzip.NewReader(br)
	if errors.Is(err, gzip.ErrHeader) {
		return nil, err // "gzip: invalid header"
	}
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", truncated(err))
	}
	z.Multistream(false)
	return &members{z, br}, nil
}

// members reads the members of a gzip file one after another. Zeros after the
// last one are padding, as on tapes and disks, which gzip skips too.
type members struct {
	z *gzip.Reader
	r *bufio.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		if n > 0 {
			return n, nil // the next call finds the end again
		}
		if next, err := m.r.Peek(1); err != nil || next[0] == 0 {
			return 0, m.padding()
		}
		if err := m.z.Reset(m.r); err != nil {
			return 0, truncated(err)
		}
		m.z.Multistream(false)
	}
}

// padding reads zeros to the end of the file, which is io.EOF.
func (m *members) padding() error {
	for {
		b, err := m.r.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return errors.New("gzip: bytes follow the padding with zeros: want the file to end there")
		}
	}
}
