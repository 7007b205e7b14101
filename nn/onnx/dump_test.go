package onnx_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// field is one of a protobuf message.
type field struct {
	number protowire.Number
	value  int
	float  float32
	bytes  []byte
}

func fields(t *testing.T, m []byte) (all []field) {
	t.Helper()
	for len(m) > 0 {
		number, kind, n := protowire.ConsumeTag(m)
		require.Positive(t, n)
		m = m[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(m)
			require.Positive(t, n)
			f.value, m = int(v), m[n:]
		case protowire.Fixed32Type:
			v, n := protowire.ConsumeFixed32(m)
			require.Positive(t, n)
			f.float, m = math.Float32frombits(v), m[n:]
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(m)
			require.Positive(t, n)
			f.bytes, m = v, m[n:]
		default:
			require.Fail(t, "another type of field", "%v", kind)
		}
		all = append(all, f)
	}
	return all
}

// values are those of a repeated field.
func values[T any](all []field, number protowire.Number, of func(field) T) (v []T) {
	for _, f := range all {
		if f.number == number {
			v = append(v, of(f))
		}
	}
	return v
}

func text(f field) string   { return string(f.bytes) }
func whole(f field) int     { return f.value }
func float(f field) float32 { return f.float }
func inner(f field) []byte  { return f.bytes }

// dump writes a ModelProto as text, and returns the elements of the initializers.
func dump(t *testing.T, model []byte) (string, map[string][]float32) {
	t.Helper()
	var b strings.Builder
	weights := map[string][]float32{}
	m := fields(t, model)
	set := fields(t, values(m, 8, inner)[0])
	fmt.Fprintf(&b, "version %v, producer %v, operators %q %v\n", values(m, 1, whole), values(m, 2, text), values(set, 1, text), values(set, 2, whole))
	graphs := values(m, 7, inner)
	require.Len(t, graphs, 1)
	g := fields(t, graphs[0])
	for _, n := range values(g, 1, inner) {
		n := fields(t, n)
		fmt.Fprintf(&b, "node %q: %s%q = %q", values(n, 3, text), values(n, 4, text), values(n, 1, text), values(n, 2, text))
		for _, a := range values(n, 5, inner) {
			a := fields(t, a)
			fmt.Fprintf(&b, ", %s%v%v type %v", values(a, 1, text)[0], values(a, 3, whole), values(a, 8, whole), values(a, 20, whole))
			if floats := append(values(a, 2, float), values(a, 7, float)...); len(floats) > 0 {
				fmt.Fprint(&b, " ", floats)
			}
			if s := values(a, 4, text); len(s) > 0 {
				fmt.Fprintf(&b, " %q", s)
			}
		}
		b.WriteByte('\n')
	}
	for _, number := range []protowire.Number{11, 12} {
		v := fields(t, values(g, number, inner)[0])
		tensor := fields(t, values(fields(t, values(v, 2, inner)[0]), 1, inner)[0])
		fmt.Fprintf(&b, "value %q: type %v", values(v, 1, text), values(tensor, 1, whole))
		for _, d := range values(fields(t, values(tensor, 2, inner)[0]), 1, inner) {
			d := fields(t, d)
			fmt.Fprintf(&b, " %v%v", values(d, 1, whole), values(d, 2, text))
		}
		b.WriteByte('\n')
	}
	for _, i := range values(g, 5, inner) {
		i := fields(t, i)
		name, raw := values(i, 8, text)[0], values(i, 9, inner)[0]
		fmt.Fprintf(&b, "initializer %s: type %v %v, %d bytes\n", name, values(i, 2, whole), values(i, 1, whole), len(raw))
		for ; len(raw) > 0; raw = raw[4:] {
			weights[name] = append(weights[name], math.Float32frombits(binary.LittleEndian.Uint32(raw)))
		}
	}
	return b.String(), weights
}
