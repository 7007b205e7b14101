package autograd

import (
	"math"
	"testing"

	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// varCases have each operation of the algebra, on a vector of four.
var varCases = []struct {
	name string
	f    Function
}{
	{"neg", func(x Var) Var { return x.Neg().Dot(x) }},
	{"abs", func(x Var) Var { return x.Abs().Dot(x) }},
	{"abs of a product", func(x Var) Var { return x.Index(0).Mul(x.Index(1)).Sub(Const(9)).Abs() }},
	{"sign", func(x Var) Var { return x.Sign().Dot(x) }},
	{"sqrt", func(x Var) Var { return x.Sqrt().Sum() }},
	{"exp", func(x Var) Var { return x.Exp().Mean() }},
	{"log", func(x Var) Var { return x.Log().Dot(x) }},
	{"sin", func(x Var) Var { return x.Sin().Dot(x) }},
	{"cos", func(x Var) Var { return x.Cos().Dot(x) }},
	{"sinh", func(x Var) Var { return x.Sinh().Mean() }},
	{"cosh", func(x Var) Var { return x.Cosh().Mean() }},
	{"tanh", func(x Var) Var { return x.Tanh().Dot(x) }},
	{"square", func(x Var) Var { return x.Square().Square().Sum() }},
	{"add", func(x Var) Var { return x.Add(x.Square()).Dot(x) }},
	{"add a scalar", func(x Var) Var { return x.Add(x.Index(2)).Square().Sum() }},
	{"scalar add", func(x Var) Var { return x.Index(2).Add(x).Square().Sum() }},
	{"sub", func(x Var) Var { return x.Sub(x.Square()).Dot(x) }},
	{"const sub", func(x Var) Var { return Const(3).Sub(x).Square().Sum() }},
	{"mul", func(x Var) Var { return x.Mul(x).Mul(x).Sum() }},
	{"div", func(x Var) Var { return x.Div(x.Square().Add(Const(1))).Sum() }},
	{"div by an element", func(x Var) Var { return x.Div(x.Index(3)).Square().Sum() }},
	{"const div", func(x Var) Var { return Const(2).Div(x).Sum() }},
	{"pow", func(x Var) Var { return x.Slice(0, 2).Pow(x.Slice(2, 4)).Sum() }},
	{"pow of itself", func(x Var) Var { return x.Pow(x).Mean() }},
	{"pow 0", func(x Var) Var { return x.Pow(Const(0)).Dot(x.Square()) }},
	{"pow 2.5", func(x Var) Var { return x.Pow(Const(2.5)).Sum() }},
	{"pow −1", func(x Var) Var { return x.Pow(Const(-1)).Sum() }},
	{"const pow", func(x Var) Var { return Const(1.5).Pow(x).Sum() }},
	{"dot", func(x Var) Var { return x.Dot(x.Exp()) }},
	{"sigmoid", func(x Var) Var { return x.Sub(Const(1)).Sigmoid().Dot(x) }},
	{"maximum", func(x Var) Var { return x.Maximum(Const(1)).Dot(x) }},
	{"where", func(x Var) Var { return x.Sub(Const(9)).Log().Where(x.Less(Const(0)), x.Exp()).Dot(x) }},
	{"mask", func(x Var) Var { return x.Greater(x.Index(0)).Mul(x.Square()).Sum() }},
	{"row and column", func(x Var) Var {
		return x.Slice(0, 2).Reshape(2, 1).Mul(x.Slice(1, 4)).Sub(x.Reshape(2, 2).Index(1).Reshape(2, 1)).Square().Sum()
	}},
	{"broadcast in the middle", func(x Var) Var { return x.Reshape(2, 1, 2).Div(x.Slice(0, 3).Reshape(3, 1)).Square().Sum() }},
	{"broadcast to", func(x Var) Var {
		return x.Reshape(2, 1, 2).BroadcastTo(3, 2, 2, 2).Square().Sum(0, 2).Dot(x.Reshape(2, 2))
	}},
	{"sum of rows", func(x Var) Var { return x.Reshape(2, 2).Sum(1).Square().Dot(x.Slice(0, 2)) }},
	{"sum of columns", func(x Var) Var { return x.Reshape(2, 2).Sum(0).Square().Dot(x.Slice(0, 2)) }},
	{"mean of the middle", func(x Var) Var { return x.Exp().Reshape(1, 2, 2).Mean(-2).Square().Sum() }},
	{"max", func(x Var) Var { return x.Reshape(2, 2).Max(0).Dot(x.Slice(2, 4)) }},
	{"max of all", func(x Var) Var { return x.Max().Mul(x.Sum()) }},
	{"log-sum-exp", func(x Var) Var { return x.Mul(Const(3)).LogSumExp().Square() }},
	{"log-sum-exp of rows", func(x Var) Var { return x.Reshape(2, 2).LogSumExp(-1).Dot(x.Slice(0, 2)) }},
	{"matrix product", func(x Var) Var {
		return x.Reshape(2, 2).MatMul(Concat(1, x.Reshape(2, 2), x.Exp().Reshape(2, 2))).Square().Sum()
	}},
	{"stack of products", func(x Var) Var {
		a := Concat(0, x, x.Square(), x.Neg()).Reshape(3, 2, 2)
		return a.MatMul(a.Transpose(0, 2, 1)).Dot(a)
	}},
	{"stack by a matrix", func(x Var) Var { return x.Reshape(2, 1, 2).MatMul(x.Reshape(2, 2)).Square().Sum() }},
	{"matrix by a stack", func(x Var) Var {
		return x.Reshape(1, 4).MatMul(x.Reshape(2, 2, 1).BroadcastTo(3, 2, 2, 2).Reshape(3, 2, 4).Transpose(0, 2, 1)).Square().Sum()
	}},
	{"slice of an axis", func(x Var) Var { return x.Reshape(2, 2).SliceAxis(-1, 1, 2).Square().Sum().Mul(x.Index(0)) }},
	{"concatenation", func(x Var) Var {
		return Concat(1, x.Reshape(2, 2), x.Reshape(2, 2).Exp()).SliceAxis(1, 1, 3).Square().Sum()
	}},
	{"transpose", func(x Var) Var { return x.Reshape(1, 2, 2).Transpose(2, 0, 1).Dot(x.Square().Reshape(2, 1, 2)) }},
	{"index", func(x Var) Var { return x.Index(1).Mul(x.Index(2)).Mul(x.Index(1)) }},
	{"slice", func(x Var) Var { return x.Slice(0, 3).Dot(x.Slice(1, 4)) }},
	{"sum", func(x Var) Var { return x.Sum().Square() }},
	{"mean", func(x Var) Var { return x.Mean().Exp() }},
	{"fill", func(x Var) Var { return x.Index(0).BroadcastTo(2, 2).Mul(x.Reshape(2, 2)).Square().Sum() }},
	{"reshape", func(x Var) Var { return x.Reshape(2, 2).Square().Reshape(4).Slice(1, 3).Dot(x.Slice(0, 2)) }},
	{"used four times", func(x Var) Var {
		y := x.Sin()
		return y.Dot(x).Add(y.Mul(y).Sum()).Mul(y.Sum())
	}},
}

func TestVarGradient(t *testing.T) {
	x := []float64{0.7, 1.3, 2.1, 0.4}
	for _, c := range varCases {
		t.Run(c.name, func(t *testing.T) {
			o, err := NewObjective(c.f, len(x))
			require.NoError(t, err)
			assert.NoError(t, CheckGradient(o.Evaluate, x, 1e-8))
		})
	}
}

// The gradient of ⟨∇f, v⟩, which is the Hessian times v, against differences of
// the gradient; and the Hessian is symmetric.
func TestVarSecondGradient(t *testing.T) {
	x, v := []float64{0.7, 1.3, 2.1, 0.4}, []float64{0.3, -1.1, 0.8, 1.7}
	for _, c := range varCases {
		t.Run(c.name, func(t *testing.T) {
			o, err := NewObjective(c.f, len(x))
			require.NoError(t, err)
			assert.NoError(t, CheckGradient(hessianTimes(o, v), x, 1e-7))
			h, err := o.Hessian(x)
			require.NoError(t, err)
			for i := range h {
				for j := range h {
					assert.InDelta(t, h[i][j], h[j][i], 1e-13*(1+math.Abs(h[i][j])))
				}
			}
		})
	}
}

// hessianTimes returns ⟨∇f, v⟩ and its gradient, the Hessian times v.
func hessianTimes(o *Objective, v []float64) func(x, grad []float64) (float64, error) {
	return func(x, grad []float64) (float64, error) {
		g := make([]float64, len(x))
		if _, err := o.Evaluate(x, g); err != nil {
			return 0, err
		}
		if grad != nil {
			h, err := o.Hessian(x)
			if err != nil {
				return 0, err
			}
			for i := range h {
				grad[i] = dot(h[i], v)
			}
		}
		return dot(g, v), nil
	}
}

func dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// Constants fold without a graph.
func TestConstantExpressions(t *testing.T) {
	c := Const
	for _, test := range []struct {
		v    Var
		want float64
	}{
		{c(2).Add(c(3)), 5},
		{c(2).Sub(c(3)), -1},
		{c(2).Mul(c(3)), 6},
		{c(3).Div(c(2)), 1.5},
		{c(2).Pow(c(3)), 8},
		{c(2).Neg(), -2},
		{c(-2).Abs(), 2},
		{c(-2).Sign(), -1},
		{c(0).Sign(), 0},
		{c(4).Sqrt(), 2},
		{c(3).Square(), 9},
		{c(0).Exp(), 1},
		{c(1).Log(), 0},
		{c(0).Sin(), 0},
		{c(0).Cos(), 1},
		{c(0).Sinh(), 0},
		{c(0).Cosh(), 1},
		{c(0).Tanh(), 0},
		{c(7).Sum(), 7},
		{c(7).Mean(), 7},
		{c(2).Dot(c(3)), 6},
	} {
		y, grad, err := Gradient(func(Var) Var { return test.v }, []float64{1})
		require.NoError(t, err)
		assert.Equal(t, test.want, y)
		assert.Equal(t, []float64{0}, grad)
	}
}

// In float32 the algebra gives the float64 results to rounding.
func TestVarFloat32(t *testing.T) {
	x := []float64{0.7, 1.3, 2.1, 0.4}
	for _, c := range varCases {
		t.Run(c.name, func(t *testing.T) {
			want, grad, err := Gradient(c.f, x)
			require.NoError(t, err)
			g := gorgonia.NewGraph()
			in := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(4), gorgonia.WithName("x"),
				gorgonia.WithValue(graph.Dense([]float32{0.7, 1.3, 2.1, 0.4}, 4)))
			y, err := c.f(Wrap(in, nil)).Node()
			require.NoError(t, err)
			d, err := Grad(y, in)
			require.NoError(t, err)
			m, err := NewMachine(y, d[0])
			require.NoError(t, err)
			require.NoError(t, m.RunAll())
			assert.InEpsilon(t, want, float64(graph.DataOf[float32](m.Value(y))[0]), 1e-5)
			for i, v := range graph.DataOf[float32](m.Value(d[0])) {
				assert.InDelta(t, grad[i], float64(v), 1e-5*(1+math.Abs(grad[i])))
			}
		})
	}
}

func TestVarErrors(t *testing.T) {
	g := gorgonia.NewGraph()
	label := gorgonia.NewVector(g, tensor.Int32, gorgonia.WithShape(4), gorgonia.WithName("labels"))
	narrow := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(4), gorgonia.WithName("narrow"))
	for _, test := range []struct {
		f    Function
		want string
	}{
		{func(x Var) Var { return x }, "want a scalar node"},
		{func(x Var) Var { return x.Slice(0, 2).Add(x).Sum() }, "autograd: expression: add of shapes [2] and [4]: want dimensions that are equal or 1, counted from the last"},
		{func(x Var) Var { return x.Mul(x.Reshape(2, 2)).Sum() }, "autograd: expression: mul of shapes [4] and [2 2]: want dimensions"},
		{func(x Var) Var { return x.Index(4) }, "autograd: expression: index 4:5 of 4 along axis 0: want a range within it"},
		{func(x Var) Var { return x.Index(-1) }, "autograd: expression: index -1:0 of 4 along axis 0"},
		{func(x Var) Var { return x.Slice(2, 2).Sum() }, "autograd: expression: slice 2:2 of 4 along axis 0"},
		{func(x Var) Var { return x.Slice(3, 1).Sum() }, "autograd: expression: slice 3:1 of 4 along axis 0"},
		{func(x Var) Var { return x.Reshape(2, 2).Index(0) }, "want a scalar node"},
		{func(x Var) Var { return Const(1).Index(0).Add(x.Sum()) }, "autograd: expression: index 0:1 of a scalar: want a tensor"},
		{func(x Var) Var { return x.Reshape(3).Sum() }, "autograd: expression: reshape of [4] to [3]: want the same number of elements"},
		{func(x Var) Var { return x.Reshape(-2, -2).Sum() }, "autograd: expression: reshape of [4] to [-2 -2]"},
		{func(x Var) Var { return Const(1).Reshape(1).Add(x.Sum()) }, "autograd: expression: reshape of a constant to [1]: want a tensor"},
		{func(x Var) Var { return x.Reshape(2, 2).BroadcastTo(2).Sum() }, "autograd: expression: broadcast of shape [2 2] to [2]"},
		{func(x Var) Var { return x.Reshape(2, 2).Sum(2).Sum() }, "autograd: expression: sum: axis 2 of shape [2 2]: want -2 to 1"},
		{func(x Var) Var { return x.Sum().Max(0) }, "autograd: expression: max: axis 0 of shape []"},
		{func(x Var) Var { return x.LogSumExp(-2) }, "autograd: expression: log-sum-exp: axis -2 of shape [4]"},
		{func(x Var) Var { return x.MatMul(x).Sum() }, "autograd: expression: product of matrices of shapes [4] and [4]: want 2 or more dimensions"},
		{func(x Var) Var { return x.Reshape(2, 2).MatMul(x.Reshape(4, 1)).Sum() }, "autograd: expression: product of matrices of shapes [2 2] and [4 1]: want as many columns as rows, [2 2] and [2 n]"},
		{func(x Var) Var { return x.Reshape(2, 2, 1).MatMul(x.Reshape(4, 1, 1)).Sum() }, "autograd: expression: product of matrices of shapes [2] and [4]"},
		{func(x Var) Var { return x.Reshape(2, 2).Transpose(0, 0).Sum() }, "autograd: expression: transpose of shape [2 2] by [0 0]: want each axis once"},
		{func(x Var) Var { return x.Transpose(1).Sum() }, "autograd: expression: transpose: axis 1 of shape [4]"},
		{func(x Var) Var { return x.Transpose(0, 0).Sum() }, "autograd: expression: transpose of shape [4] by [0 0]"},
		{func(x Var) Var { return x.SliceAxis(1, 0, 1).Sum() }, "autograd: expression: slice: axis 1 of shape [4]"},
		{func(x Var) Var { return Concat(0).Add(x.Sum()) }, "autograd: expression: concatenation of nothing"},
		{func(x Var) Var { return Concat(0, x, x.Reshape(2, 2)).Sum() }, "autograd: expression: concatenation along axis 0 of float64 [4] and float64 [2 2]"},
		{func(x Var) Var { return Concat(0, x, Const(1)).Sum() }, "autograd: expression: concatenation: operand 1 is a scalar"},
		{func(x Var) Var { return x.BroadcastTo(2).Sum() }, "autograd: expression: broadcast of shapes [4] and [2]: want dimensions"},
		{func(x Var) Var { return x.Sum().BroadcastTo().Sum() }, "autograd: expression: broadcast to shape []"},
		{func(x Var) Var { return x.Sum().BroadcastTo(0).Sum() }, "autograd: expression: broadcast to shape [0]"},
		{func(Var) Var { return Const(1).BroadcastTo(2).Sum() }, "autograd: expression: broadcast of a constant"},
		{func(Var) Var { return Wrap(nil, nil).Sum() }, "autograd: expression: node is nil"},
		{func(Var) Var { return Wrap(nil, assert.AnError).Exp().Add(Const(1)).Index(0).BroadcastTo(1).Sum() }, assert.AnError.Error()},
		{func(x Var) Var { return x.Dot(Wrap(label, nil)) }, "holds int32: want float32 or float64"},
		{func(x Var) Var { return x.Dot(Wrap(narrow, nil)) }, "autograd: expression: mul of float64 and float32: want equal types"},
		{func(x Var) Var {
			return x.Dot(Wrap(gorgonia.NewVector(g, tensor.Float64, gorgonia.WithShape(4), gorgonia.WithName("far")), nil))
		}, "graph"},
	} {
		t.Run(test.want, func(t *testing.T) {
			_, err := NewObjective(test.f, 4)
			assert.ErrorContains(t, err, test.want)
		})
	}
	_, err := Const(2).Node()
	assert.EqualError(t, err, "autograd: expression: the constant 2 has no graph")
}
