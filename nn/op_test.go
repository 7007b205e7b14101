package nn_test

import (
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// userOp is an operation that a user wrote to Gorgonia's interface. It returns
// something of the type and shape of its first input, to which its gradient
// goes as it is.
type userOp struct {
	name string
	dims []int // of the inputs, float32 tensors
	do   func(in []gorgonia.Value) (gorgonia.Value, error)
}

var _ gorgonia.SDOp = (*userOp)(nil)

func (o *userOp) Arity() int { return len(o.dims) }

func (o *userOp) Type() hm.Type {
	var types []hm.Type
	for _, d := range append(o.dims[:len(o.dims):len(o.dims)], o.dims[0]) {
		types = append(types, gorgonia.TensorType{Dims: d, Of: tensor.Float32})
	}
	return hm.NewFnType(types...)
}

func (o *userOp) InferShape(in ...gorgonia.DimSizer) (tensor.Shape, error) {
	return in[0].(tensor.Shape).Clone(), nil
}

func (o *userOp) Do(in ...gorgonia.Value) (gorgonia.Value, error) { return o.do(in) }

func (o *userOp) DiffWRT(int) []bool {
	wrt := make([]bool, len(o.dims))
	wrt[0] = true
	return wrt
}

func (o *userOp) SymDiff(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	grads := make(gorgonia.Nodes, len(o.dims))
	grads[0] = grad
	return grads, nil
}

func (o *userOp) ReturnsPtr() bool      { return true }
func (o *userOp) CallsExtern() bool     { return false }
func (o *userOp) OverwritesInput() int  { return -1 }
func (o *userOp) WriteHash(h hash.Hash) { h.Write([]byte(o.name)) }
func (o *userOp) String() string        { return o.name }

func (o *userOp) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}
