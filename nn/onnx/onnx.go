// Package onnx writes models of package nn in the ONNX format, which other
// programs can run.
//
// The graph uses ONNX's operator set 13, in version 7 of the file format. Its input
// "input" is float32 [batch, Input...] and its output "output" is float32
// [batch, ...], for any number of rows, as in [nn.Model.Predict]: the logits, for a
// classifier. For a model trained on bytes, the input is byte/255, numbers in [0, 1];
// for a model of tokens it is int32.
//
// The initializers are the parameters, and the running statistics of batch
// normalizations, under their own names. The graph is that of evaluation: it has no
// dropout and no noise.
package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"descent/internal/atomicfile"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/nn"
	"descent/optimizers"
)

const (
	irVersion = 7  // of ONNX 1.8
	opset     = 13 // likewise
)

// maxBytes is the maximum size of a protobuf message.
const maxBytes = math.MaxInt32

// Write writes a model to a file, completely or not at all: a failure leaves an
// existing file unchanged. The errors are those of [Encode].
func Write(path string, m *nn.Model) error {
	f, err := layOut(m)
	if err != nil {
		return prefix.Error("onnx", err)
	}
	return prefix.Error("onnx", atomicfile.Write(path, f.write))
}

// Encode writes a model to w. It does not copy the parameters, which must not change
// during the call. Equal models give equal bytes.
//
// A layer without an ONNX form is an error that names it. All layers of package nn have
// one, except those that hold a function, a [nn.Latent] that draws in evaluation, and
// convolutions with Same, a stride and a dilation together. A parameter with a value that is NaN
// or infinite is an error too, and so is a model of more than 2 GiB, which the format
// cannot hold.
func Encode(w io.Writer, m *nn.Model) error {
	if isnil.Value(w) {
		return errors.New("onnx: the writer is nil: want an io.Writer")
	}
	f, err := layOut(m)
	if err != nil {
		return prefix.Error("onnx", err)
	}
	return prefix.Error("onnx", f.write(w))
}

// file is a ModelProto in two parts: what comes before the initializers, and
// these, which are its end.
type file struct {
	head    message
	tensors []optimizers.Param[float32]
}

// layOut makes all of a model's file except its numbers.
func layOut(m *nn.Model) (*file, error) {
	if m == nil || m.Network() == nil {
		return nil, errors.New("the model is empty: want one from nn.NewModel")
	}
	g, err := newGraph(m)
	if err != nil {
		return nil, err
	}
	fields := g.encode(m.InputShape(), m.OutputShape())
	length := len(fields)
	for _, t := range g.used {
		for i, v := range t.Value {
			if v-v != 0 {
				return nil, fmt.Errorf("parameter %q: value [%d] is %v: want finite numbers", t.Name, i, v)
			}
		}
		length += len(tensorHead(t)) + 4*len(t.Value)
	}
	head := message(nil).int(1, irVersion).text(2, "descent").message(8, message(nil).text(1, "").int(2, opset)).open(7, length)
	if total := len(head) + length; total > maxBytes {
		return nil, fmt.Errorf("a model of %d bytes: want at most %d, the limit of the format", total, maxBytes)
	}
	return &file{head.append(fields), g.used}, nil
}

func (f *file) write(w io.Writer) error {
	if _, err := w.Write(f.head); err != nil {
		return err
	}
	piece := make([]byte, 0, 1<<15)
	for _, t := range f.tensors {
		piece = append(piece, tensorHead(t)...)
		for _, v := range t.Value {
			if len(piece)+4 > cap(piece) {
				if _, err := w.Write(piece); err != nil {
					return err
				}
				piece = piece[:0]
			}
			piece = binary.LittleEndian.AppendUint32(piece, math.Float32bits(v))
		}
	}
	_, err := w.Write(piece)
	return err
}
