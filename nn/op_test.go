package nn_test

import (
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// panics is an operation of a user, in Gorgonia's interface, that panics.
type panics struct{}

func (*panics) Arity() int { return 1 }
func (*panics) Type() hm.Type {
	a := gorgonia.TensorType{Dims: 2, Of: tensor.Float32}
	return hm.NewFnType(a, a)
}

func (*panics) InferShape(in ...gorgonia.DimSizer) (tensor.Shape, error) {
	return in[0].(tensor.Shape).Clone(), nil
}
func (*panics) Do(...gorgonia.Value) (gorgonia.Value, error) { panic("as said") }
func (*panics) ReturnsPtr() bool                             { return false }
func (*panics) CallsExtern() bool                            { return false }
func (*panics) OverwritesInput() int                         { return -1 }
func (*panics) WriteHash(h hash.Hash)                        { h.Write([]byte("panics")) }
func (p *panics) Hashcode() uint32 {
	h := fnv.New32a()
	p.WriteHash(h)
	return h.Sum32()
}
func (*panics) String() string { return "panics" }
