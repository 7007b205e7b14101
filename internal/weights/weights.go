// Package weights reads the files in which other programs save the weights of a
// model: named arrays in a safetensors file, or in NumPy's .npz.
//
// A file of torch.save is a program that a Python interpreter runs. It is rejected with
// an error that says how to convert it.
package weights

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"descent/internal/safetensors"
)

// errPickle is the error for a file of torch.save.
var errPickle = errors.New("a file of torch.save: want safetensors or .npz: " +
	`in Python, numpy.savez("weights.npz", **{k: v.numpy() for k, v in torch.load(file, "cpu").items()})`)

// Read returns the arrays of a file, in the order of their data. Its first bytes, not
// its name, tell the format: a zip archive is .npz, and anything else is safetensors,
// which begins with the length of its header.
//
// Read does not trust the file: the error for a malformed file names the file and the
// array, and memory is allocated only for data that the file has. The data of an .npz
// file may be compressed to a hundredth at most.
func Read(path string) ([]safetensors.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("weights: %w", err)
	}
	defer f.Close()
	var magic [8]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("weights: %w", err)
	}
	begins := func(with string) bool { return bytes.HasPrefix(magic[:], []byte(with)) }
	switch {
	case binary.LittleEndian.Uint32(magic[4:]) == 0: // a header length
	case begins("PK\x03\x04"):
		info, err := f.Stat()
		if err != nil {
			return nil, fmt.Errorf("weights: %w", err)
		}
		tensors, err := readNpz(f, info.Size())
		if err != nil {
			return nil, fmt.Errorf("weights: %s: %w", path, err)
		}
		return tensors, nil
	case begins("\x80\x02"): // before PyTorch 1.6
		return nil, fmt.Errorf("weights: %s: %w", path, errPickle)
	case begins("\x93NUMPY"):
		return nil, fmt.Errorf("weights: %s: an .npy file, whose array has no name: want .npz, as written by numpy.savez", path)
	}
	tensors, _, err := safetensors.Read(path)
	return tensors, err
}
