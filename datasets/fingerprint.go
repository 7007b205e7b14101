package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// Fingerprint returns the SHA-256, in hexadecimal, of all examples of a data set in
// order, as in epoch 0. Two runs are comparable only if it is equal.
func Fingerprint(ctx context.Context, d Dataset) (string, error) {
	h := sha256.New()
	l := Loader{Dataset: d, BatchSize: 1}
	if err := l.Validate(); err != nil {
		return "", err
	}
	l.BatchSize = min(d.Len(), 1024)
	fmt.Fprintln(h, d.Len(), d.InputShape())
	var buffer []byte
	for b, err := range l.Epoch(ctx, 0) {
		if err != nil {
			return "", err
		}
		buffer = b.appendTo(buffer[:0])
		h.Write(buffer)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Fingerprint returns the SHA-256, in hexadecimal, of the batch's contents.
func (b *Batch) Fingerprint() string {
	sum := sha256.Sum256(b.appendTo(nil))
	return hex.EncodeToString(sum[:])
}

// appendTo appends the batch as bytes: each field with its length.
func (b *Batch) appendTo(to []byte) []byte {
	to = binary.LittleEndian.AppendUint64(to, uint64(b.Rows))
	to = append(binary.LittleEndian.AppendUint64(to, uint64(len(b.Pixels))), b.Pixels...)
	for _, ints := range [][]int32{b.Tokens, b.Labels} {
		to = binary.LittleEndian.AppendUint64(to, uint64(len(ints)))
		for _, v := range ints {
			to = binary.LittleEndian.AppendUint32(to, uint32(v))
		}
	}
	for _, floats := range [][]float32{b.Inputs, b.Targets, b.Weights} {
		to = binary.LittleEndian.AppendUint64(to, uint64(len(floats)))
		for _, v := range floats {
			to = binary.LittleEndian.AppendUint32(to, math.Float32bits(v))
		}
	}
	return to
}
