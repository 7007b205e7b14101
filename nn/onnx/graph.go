package onnx

import (
	"cmp"
	"slices"
	"strings"

	"descent/nn"
	"descent/nn/internal/walk"
	"descent/optimizers"
)

// graph is the nodes of a network, and the parameters that they use.
type graph struct {
	nodes   []node
	last    string    // the output of the layer before
	tied    [2]string // the path of the tied layer that is being added, and of the layer whose parameters it uses
	model   *nn.Model
	weights []optimizers.Param[float32] // and states
	used    []optimizers.Param[float32] // in the order of the layers
}

// The names of the graph's input and output.
const input, output = "input", "output"

// newGraph returns the graph of a model's network.
func newGraph(m *nn.Model) (*graph, error) {
	g := &graph{model: m, weights: append(m.Params(), m.States()...), last: input}
	if err := g.add("", m.Network()); err != nil {
		return nil, err
	}
	if len(g.nodes) == 0 { // an output must be made by a node
		g.node("", "Identity", nil)
	}
	g.nodes[len(g.nodes)-1].output = output // which no other node takes
	return g, nil
}

// add adds the layer at a path, with which the names of its parameters begin.
func (g *graph) add(path string, l nn.Layer) error {
	switch l := walk.Value(l).(type) {
	case nn.Seq:
		for i, inner := range l {
			if err := g.add(walk.Join(path, i), inner); err != nil {
				return err
			}
		}
		return nil
	case nn.Conv2D:
		return g.conv(path, l, l.NoBias, l.Same, convAttributes{axes(l.Kernel, l.KernelHW), axes(l.Stride, l.StrideHW), axes(l.Pad, l.PadHW), axes(l.Dilation, l.DilationHW), l.Groups})
	case nn.Conv1D:
		return g.conv(path, l, l.NoBias, l.Same, convAttributes{[]int{l.Kernel}, []int{l.Stride}, []int{l.Pad}, []int{l.Dilation}, l.Groups})
	case nn.ConvTranspose2D:
		return g.convTranspose(path, l)
	case nn.Upsample:
		g.upsample(path, l)
		return nil
	case nn.Dense:
		return g.dense(path, l)
	case nn.Tied:
		return g.tie(path, l)
	case nn.LearnedPositions:
		return g.learnedPositions(path, l)
	case nn.SinusoidalPositions:
		return g.sinusoidalPositions(path, l)
	case nn.Attention:
		return g.attention(path, l)
	case nn.TransformerBlock:
		return g.transformerBlock(path, l)
	case nn.Embedding:
		names, err := g.parameters(path, l, "weight")
		g.join(path, "Gather", append(names, g.last))
		return err
	case nn.MaxPool2D:
		g.node(path, "MaxPool", nil, window(l.Size, strideOf(l.Stride, l.Size), l.Pad)...)
		return nil
	case nn.AvgPool2D:
		g.node(path, "AveragePool", nil, append(window(l.Size, strideOf(l.Stride, l.Size), l.Pad), intAttribute("count_include_pad", 1))...)
		return nil
	case nn.Flatten:
		g.node(path, "Flatten", nil, intAttribute("axis", 1))
		return nil
	case nn.ReLU:
		g.node(path, "Relu", nil)
		return nil
	case nn.Sigmoid:
		g.node(path, "Sigmoid", nil)
		return nil
	case nn.Tanh:
		g.node(path, "Tanh", nil)
		return nil
	case nn.Softmax:
		g.node(path, "Softmax", nil, intAttribute("axis", -1))
		return nil
	case nn.LeakyReLU:
		g.node(path, "LeakyRelu", nil, floatAttribute("alpha", cmp.Or(l.Slope, .01)))
		return nil
	case nn.ELU:
		g.node(path, "Elu", nil, floatAttribute("alpha", cmp.Or(l.Alpha, 1)))
		return nil
	case nn.GELU:
		g.gelu(path, l.Tanh)
		return nil
	case nn.SiLU:
		x := g.last
		g.put(path, "Mul", x, g.put(walk.Within(path, "gate"), "Sigmoid", x))
		return nil
	case nn.Softplus:
		g.softplus(path, cmp.Or(l.Beta, 1))
		return nil
	case nn.Latent:
		if !l.Mean {
			return walk.Error(path, l, "its random numbers have no ONNX form: want Mean = true")
		}
		parameters, err := g.parameters(path, l, "mean.weight", "mean.bias")
		g.node(path, "Gemm", parameters, intAttribute("transB", 1))
		return err
	case nn.RNN:
		return g.recurrent(path, l, rnn(l.ReLU), l.Layers, l.NoBias)
	case nn.LSTM:
		return g.recurrent(path, l, operator{name: "LSTM", gates: []int{0, 3, 1, 2}}, l.Layers, l.NoBias)
	case nn.GRU:
		return g.recurrent(path, l, operator{name: "GRU", gates: []int{1, 0, 2}, attributes: []message{intAttribute("linear_before_reset", 1)}}, l.Layers, l.NoBias)
	case nn.Last:
		x := g.last
		g.join(path, "Gather", []string{x, g.join(walk.Within(path, "end"), "Constant", nil, intAttribute("value_int", -1))}, intAttribute("axis", 1))
		return nil
	case nn.Dropout, nn.Noise: // do nothing in evaluation
		return nil
	case nn.GlobalAvgPool:
		g.node(walk.Within(path, "mean"), "GlobalAveragePool", nil)
		g.node(path, "Flatten", nil, intAttribute("axis", 1))
		return nil
	case nn.Reshape:
		g.reshape(path, l.Shape...)
		return nil
	case nn.PadChannels:
		g.padChannels(path, l)
		return nil
	case nn.Residual:
		return g.residual(path, l)
	case nn.Branches:
		return g.branches(path, l)
	case nn.BatchNorm:
		return g.batchNorm(path, l)
	case nn.LayerNorm:
		return g.rowNorm(path, l, true, l.Dims, l.Eps, 1e-5, norm(l.NoAffine, l.NoBias))
	case nn.RMSNorm:
		return g.rowNorm(path, l, false, l.Dims, l.Eps, 0x1p-23, norm(l.NoAffine, true))
	case nn.GroupNorm:
		return g.groupNorm(path, l)
	}
	return walk.Error(path, l, "it has no ONNX form: want the layers of package nn")
}

// node adds a node that computes with the output of the one before, and with
// parameters, and returns its output.
func (g *graph) node(path, operator string, parameters []string, attributes ...message) string {
	return g.join(path, operator, append([]string{g.last}, parameters...), attributes...)
}

// join adds a node that computes with some inputs.
func (g *graph) join(path, operator string, inputs []string, attributes ...message) string {
	g.nodes = append(g.nodes, node{path, operator, inputs, path, attributes})
	g.last = path
	return path
}

// parameters adds the parameters of the layer at a path, and returns their names.
func (g *graph) parameters(path string, l nn.Layer, own ...string) (names []string, err error) {
	for _, name := range own {
		t, err := g.find(path, l, name)
		if err != nil {
			return nil, err
		}
		names = append(names, t.Name)
		if !slices.ContainsFunc(g.used, func(u optimizers.Param[float32]) bool { return u.Name == t.Name }) { // that of a tied layer is there already
			g.used = append(g.used, t)
		}
	}
	return names, nil
}

// find returns a parameter or a state of the layer at a path.
func (g *graph) find(path string, l nn.Layer, own string) (t optimizers.Param[float32], err error) {
	name := walk.Within(path, own)
	if rest, ok := strings.CutPrefix(name, g.tied[0]+"."); ok {
		name = walk.Within(g.tied[1], rest)
	}
	i := slices.IndexFunc(g.weights, func(t optimizers.Param[float32]) bool { return t.Name == name })
	if i < 0 {
		return t, walk.Error(path, l, "the model has no parameter "+name+": want the network as it was when the model was made")
	}
	return g.weights[i], nil
}

func weightAndBias(noBias bool) []string {
	if noBias {
		return []string{"weight"}
	}
	return []string{"weight", "bias"}
}

// window is the attributes of a window that slides over an image.
func window(size, stride, pad int) []message {
	return []message{
		intsAttribute("kernel_shape", size, size), intsAttribute("strides", stride, stride), intsAttribute("pads", pad, pad, pad, pad),
	}
}

// strideOf is the stride of a pool.
func strideOf(stride, size int) int {
	if stride == 0 {
		return size
	}
	return stride
}

// encode returns the fields of the GraphProto except the initializers.
func (g *graph) encode(in, out []int) message {
	kind := typeFloat
	if g.model.Config().Vocabulary > 0 {
		kind = typeInt32
	}
	var m message
	for _, n := range g.nodes {
		m = m.message(1, n.encode())
	}
	return m.text(2, "descent").message(11, valueInfo(input, kind, in)).message(12, valueInfo(output, typeFloat, out))
}
