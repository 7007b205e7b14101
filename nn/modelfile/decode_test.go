package modelfile

import (
	"strings"
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// described is a description with all that there is, without its white space.
var described = strings.NewReplacer("\n", "", "\t", "").Replace(`{"version":1,"input":[1,28,28],"network":{"type":"Sequential","layers":[
	{"type":"Conv2D","filters":6,"kernel":5,"stride":2,"pad":2,"no_bias":true},
	{"type":"ReLU"},
	{"type":"MaxPool2D","size":2,"stride":1,"pad":1},
	{"type":"Sequential","layers":[
		{"type":"AvgPool2D","size":3,"stride":2,"pad":1},
		{"type":"Sigmoid"},
		{"type":"Sequential"}]},
	{"type":"Residual",
		"body":{"type":"Sequential","layers":[{"type":"BatchNorm","cumulative":true,"eps":0.5,"no_affine":true}]},
		"shortcut":{"type":"BatchNorm","momentum":0.25}},
	{"type":"Residual","body":{"type":"GroupNorm","groups":2,"eps":0.5,"no_affine":true}},
	{"type":"Branches","layers":[
		{"type":"LayerNorm","dims":2,"eps":0.5,"no_affine":true,"no_bias":true},
		{"type":"RMSNorm","dims":2,"eps":0.5,"no_affine":true}],"concat":true},
	{"type":"PadChannels","before":1,"after":2},
	{"type":"GlobalAvgPool"},
	{"type":"Reshape","shape":[3,2]},
	{"type":"Conv2D","filters":2,"kernel":4,"same":true},
	{"type":"ConvTranspose2D","filters":3,"kernel":4,"stride":2,"pad":1,"same":true,"output_pad":1,"no_bias":true},
	{"type":"Conv2D","filters":2,"dilation":2,"groups":2,"kernel_hw":[1,3],"stride_hw":[2,1],"pad_hw":[0,1]},
	{"type":"Conv1D","filters":2,"kernel":3,"stride":2,"pad":1,"same":true,"dilation":3,"groups":2,"no_bias":true},
	{"type":"ConvTranspose2D","filters":2,"groups":2,"kernel_hw":[1,3],"stride_hw":[2,1],"pad_hw":[0,1],"output_pad_hw":[1,0],"dilation_hw":[1,2]},
	{"type":"Upsample","scale":2,"bilinear":true},
	{"type":"Upsample","scale_hw":[1,2]},
	{"type":"Embedding","tokens":5,"width":4,"padded":true,"pad_token":2},
	{"type":"Dropout","rate":0.25},
	{"type":"Flatten"},
	{"type":"Dense","units":2,"no_bias":true},
	{"type":"Tanh"}]},
	"classes":["T-shirt/top","Trouser"],"normalization":{"mean":[0.5],"sd":[0.25]}}`)

var describedNet = nn.Sequential(
	nn.Conv2D{Filters: 6, Kernel: 5, Stride: 2, Pad: 2, NoBias: true},
	nn.ReLU{},
	nn.MaxPool2D{Size: 2, Stride: 1, Pad: 1},
	nn.Sequential(nn.AvgPool2D{Size: 3, Stride: 2, Pad: 1}, nn.Sigmoid{}, nn.Seq{}),
	nn.Residual{Body: nn.Sequential(nn.BatchNorm{Cumulative: true, Eps: .5, NoAffine: true}), Shortcut: nn.BatchNorm{Momentum: .25}},
	nn.Residual{Body: nn.GroupNorm{Groups: 2, Eps: .5, NoAffine: true}},
	nn.Branches{Layers: []nn.Layer{nn.LayerNorm{Dims: 2, Eps: .5, NoAffine: true, NoBias: true}, nn.RMSNorm{Dims: 2, Eps: .5, NoAffine: true}}, Concat: true},
	nn.PadChannels{Before: 1, After: 2},
	nn.GlobalAvgPool{},
	nn.Reshape{Shape: []int{3, 2}},
	nn.Conv2D{Filters: 2, Kernel: 4, Same: true},
	nn.ConvTranspose2D{Filters: 3, Kernel: 4, Stride: 2, Pad: 1, Same: true, OutputPad: 1, NoBias: true},
	nn.Conv2D{Filters: 2, Groups: 2, Dilation: 2, KernelHW: [2]int{1, 3}, StrideHW: [2]int{2, 1}, PadHW: [2]int{0, 1}},
	nn.Conv1D{Filters: 2, Kernel: 3, Stride: 2, Pad: 1, Same: true, Dilation: 3, Groups: 2, NoBias: true},
	nn.ConvTranspose2D{Filters: 2, Groups: 2, KernelHW: [2]int{1, 3}, StrideHW: [2]int{2, 1}, PadHW: [2]int{0, 1}, OutputPadHW: [2]int{1, 0}, DilationHW: [2]int{1, 2}},
	nn.Upsample{Scale: 2, Bilinear: true},
	nn.Upsample{ScaleHW: [2]int{1, 2}},
	nn.Embedding{Tokens: 5, Width: 4, Padded: true, PadToken: 2},
	nn.Dropout{Rate: .25},
	nn.Flatten{},
	nn.Dense{Units: 2, NoBias: true},
	nn.Tanh{},
)

func TestDescription(t *testing.T) {
	d, err := decode([]byte(described))
	require.NoError(t, err)
	assert.Equal(t, &description{
		Info:    Info{Classes: []string{"T-shirt/top", "Trouser"}, Normalization: Normalization{[]float64{.5}, []float64{.25}}},
		network: describedNet, input: []int{1, 28, 28},
	}, d)
	text, err := d.encode()
	require.NoError(t, err)
	assert.Equal(t, described, string(text))
}

// The form of a version stays readable: a change of names needs another version.
func TestVocabulary(t *testing.T) {
	d, err := decode([]byte(`{"version": 1, "input": [8], "vocabulary": 2, "tokens": ["a", "b"]}`))
	require.NoError(t, err)
	assert.Equal(t, &description{Info: Info{Tokens: []string{"a", "b"}, NoNetwork: true}, input: []int{8}, vocabulary: 2}, d)
	text, err := d.encode()
	require.NoError(t, err)
	assert.Equal(t, `{"version":1,"input":[8],"vocabulary":2,"tokens":["a","b"]}`, string(text))
}

func TestBadDescriptions(t *testing.T) {
	network := func(layer string) string { return `{"version":1,"input":[4],"network":` + layer + `}` }
	layer := func(inner string) string {
		return network(`{"type":"Sequential","layers":[{"type":"ReLU"},{"type":"Sequential","layers":[` + inner + `]}]}`)
	}
	for _, test := range []struct{ text, want string }{
		{``, `description: "": want a JSON object`},
		{`null`, `description: "null": want a JSON object`},
		{`[1]`, `description: "[1]": want a JSON object`},
		{"{\"\xff\":1}", `description: want UTF-8`},
		{`{"version":1`, `description: unexpected EOF`},
		{`{"version":1,"input":[4]} x`, `description: more after the JSON object: want nothing`},
		{`{"version":1,"version":1,"input":[4]}`, `description: field "version" appears twice: want it once`},
		{`{"input":[4]}`, `a description of version 0: want 1, the only known version`},
		{`{"version":2,"shapes":[4]}`, `a description of version 2: want 1, the only known version`},
		{`{"version":"1"}`, `description: version = "1": want a whole number`},
		{`{"version":1}`, `shape []: want dimensions of 1 or more`},
		{`{"version":1,"input":[4,0]}`, `shape [4 0]: want dimensions of 1 or more`},
		{`{"version":1,"input":[4,null]}`, `description: input = [4,null]: want a list of whole numbers`},
		{`{"version":1,"input":[1e99]}`, `description: input = [1e99]: want a list of whole numbers`},
		{`{"version":1,"input":[4],"Network":{"type":"ReLU"}}`, `description: unknown field "Network": want version, input, vocabulary, network, classes, tokens, normalization`},
		{`{"version":1,"input":[4],"vocabulary":-1}`, `vocabulary = -1: want 0 (no tokens) to 2147483647`},
		{`{"version":1,"input":[4],"tokens":["a"]}`, `1 texts of tokens: want none or 0, the size of the vocabulary`},
		{`{"version":1,"input":[4],"classes":"a"}`, `description: classes = "a": want a list of texts`},
		{`{"version":1,"input":[4],"classes":null}`, `description: classes = null: want a list of texts`},
		{`{"version":1,"input":[4],"normalization":{"mean":[0],"std":[1]}}`, `normalization: unknown field "std": want mean, sd`},
		{`{"version":1,"input":[4],"normalization":{"mean":[0,1],"sd":[1,1]}}`, `normalization with 2 means and 2 standard deviations for rows of shape [4]: want none, one or 4 of each`},
		{`{"version":1,"input":[4],"normalization":{"mean":[0],"sd":[0]}}`, `normalization: standard deviation [0] = 0: want more than 0, finite`},
		{`{"version":1,"input":[4],"vocabulary":3,"normalization":{"mean":[0],"sd":[1]}}`, `normalization of tokens: want none`},
		{network(`null`), `network: "null": want a JSON object`},
		{network(`{"type":"Upsample","scale_hw":[2]}`), `network (Upsample): scale_hw = [2]: want a list of 2 whole numbers`},
		{network(`{}`), `network: unknown type of layer`},
		{network(`{"type":"Conv9D","units":3}`), `network (Conv9D): unknown type of layer`},
		{network(`{"type":1}`), `network: type = 1: want a text`},
		{layer(`7`), `layer 1.0: "7": want a JSON object`},
		{layer(`{"type":"ReLU"},{"type":"relu"}`), `layer 1.1 (relu): unknown type of layer`},
		{layer(`{"type":"Dense","units":2,"filters":3}`), `layer 1.0 (Dense): unknown field "filters": want type, units, no_bias`},
		{layer(`{"type":"Dense","units":2.5}`), `layer 1.0 (Dense): units = 2.5: want a whole number`},
		{layer(`{"type":"Dense","units":null}`), `layer 1.0 (Dense): units = null: want a whole number`},
		{layer(`{"type":"Dense","units":2,"units":3}`), `layer 1.0: field "units" appears twice: want it once`},
		{layer(`{"type":"Dense","no_bias":1}`), `layer 1.0 (Dense): no_bias = 1: want true or false`},
		{layer(`{"type":"Dropout","rate":"half"}`), `layer 1.0 (Dropout): rate = "half": want a number`},
		{layer(`{"type":"GELU","tanh":1}`), `layer 1.0 (GELU): tanh = 1: want true or false`},
		{layer(`{"type":"LeakyReLU","alpha":1}`), `layer 1.0 (LeakyReLU): unknown field "alpha": want type, slope`},
		{layer(`{"type":"Sequential","layers":{}}`), `layer 1.0 (Sequential): layers = {}: want a list`},
		{layer(`{"type":"Sequential","layers":[null]}`), `layer 1.0 (Sequential): layers = [null]: want a list`},
		{layer(`{"type":"Residual","body":null}`), `layer 1.0.body: "null": want a JSON object`},
		{layer(`{"type":"Residual","body":{"type":"ReLU"},"shortcut":{"type":"relu"}}`), `layer 1.0.shortcut (relu): unknown type of layer`},
		{layer(`{"type":"Branches","layers":[{"type":"ReLU"},{"type":"LayerNorm","eps":"x"}]}`), `layer 1.0.1 (LayerNorm): eps = "x": want a number`},
		{network(strings.Repeat(`{"type":"Residual","body":`, 60) + `{"type":"ReLU"}` + strings.Repeat(`}`, 60)), `(Residual): it is inside 50 others: want fewer`},
		{network(strings.Repeat(`{"type":"Branches","layers":[`, 60) + strings.Repeat(`]}`, 60)), `(Branches): it is inside 50 others: want fewer`},
		{network(strings.Repeat(`{"type":"Sequential","layers":[`, 60) + strings.Repeat(`]}`, 60)), `(Sequential): it is inside 50 others: want fewer`},
		{strings.Repeat(" ", maxDescription+1), `a description of 16777217 bytes: want 16777216 or fewer`},
	} {
		_, err := decode([]byte(test.text))
		assert.ErrorContains(t, err, test.want, "%.200s", test.text)
	}
}

func TestTooDeep(t *testing.T) {
	net := nn.Seq{}
	for range maxDepth + 1 {
		net = nn.Seq{net}
	}
	d := &description{network: net, input: []int{1}}
	_, err := d.encode()
	assert.ErrorContains(t, err, "(Sequential): it is inside 50 others: want fewer")
	deep := nn.Layer(nn.ReLU{})
	for range maxDepth + 1 {
		deep = nn.Residual{Body: deep}
	}
	d.network = deep
	_, err = d.encode()
	assert.ErrorContains(t, err, "(Residual): it is inside 50 others: want fewer")
	d.network = net[0].(nn.Seq)[0]
	text, err := d.encode()
	require.NoError(t, err)
	_, err = decode(text)
	assert.NoError(t, err, "what can be written can be read")
}

// What is written is read, whatever the fields are.
func TestRoundTrip(t *testing.T) {
	whole := rapid.Int()
	pair := rapid.Custom(func(t *rapid.T) [2]int { return [2]int{whole.Draw(t, ""), whole.Draw(t, "")} })
	layer := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Conv2D{Dilation: whole.Draw(t, ""), Groups: whole.Draw(t, ""), KernelHW: pair.Draw(t, ""), StrideHW: pair.Draw(t, ""), PadHW: pair.Draw(t, ""), DilationHW: pair.Draw(t, ""), Filters: whole.Draw(t, ""), Kernel: whole.Draw(t, ""), Stride: whole.Draw(t, ""), Pad: whole.Draw(t, ""), Same: rapid.Bool().Draw(t, ""), NoBias: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.ConvTranspose2D{Dilation: whole.Draw(t, ""), Groups: whole.Draw(t, ""), KernelHW: pair.Draw(t, ""), StrideHW: pair.Draw(t, ""), PadHW: pair.Draw(t, ""), OutputPadHW: pair.Draw(t, ""), DilationHW: pair.Draw(t, ""), Filters: whole.Draw(t, ""), Kernel: whole.Draw(t, ""), Stride: whole.Draw(t, ""), Pad: whole.Draw(t, ""), Same: rapid.Bool().Draw(t, ""), OutputPad: whole.Draw(t, ""), NoBias: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Conv1D{Filters: whole.Draw(t, ""), Kernel: whole.Draw(t, ""), Stride: whole.Draw(t, ""), Pad: whole.Draw(t, ""), Same: rapid.Bool().Draw(t, ""), Dilation: whole.Draw(t, ""), Groups: whole.Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Upsample{Scale: whole.Draw(t, ""), ScaleHW: pair.Draw(t, ""), Bilinear: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Dense{Units: whole.Draw(t, ""), NoBias: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Embedding{Tokens: whole.Draw(t, ""), Width: whole.Draw(t, ""), Padded: rapid.Bool().Draw(t, ""), PadToken: whole.Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.MaxPool2D{Size: whole.Draw(t, ""), Stride: whole.Draw(t, ""), Pad: whole.Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.AvgPool2D{Size: whole.Draw(t, ""), Stride: whole.Draw(t, ""), Pad: whole.Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.BatchNorm{Momentum: rapid.Float64().Draw(t, ""), Cumulative: rapid.Bool().Draw(t, ""), Eps: rapid.Float64().Draw(t, ""), NoAffine: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.LayerNorm{Dims: whole.Draw(t, ""), Eps: rapid.Float64().Draw(t, ""), NoAffine: rapid.Bool().Draw(t, ""), NoBias: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Residual{Body: nn.RMSNorm{Dims: whole.Draw(t, ""), Eps: rapid.Float64().Draw(t, "")}, Shortcut: nn.GroupNorm{Groups: whole.Draw(t, "")}}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Dropout{Rate: rapid.Float64().Draw(t, ""), Channels: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer {
			return nn.Latent{Units: rapid.Int().Draw(t, ""), Beta: rapid.Float64().Draw(t, ""), Mean: rapid.Bool().Draw(t, "")}
		}),
		rapid.Custom(func(t *rapid.T) nn.Layer { return nn.Noise{SD: rapid.Float64().Draw(t, "")} }),
		rapid.Custom(func(t *rapid.T) nn.Layer { return nn.LeakyReLU{Slope: rapid.Float64().Draw(t, "")} }),
		rapid.Custom(func(t *rapid.T) nn.Layer { return nn.ELU{Alpha: rapid.Float64().Draw(t, "")} }),
		rapid.Custom(func(t *rapid.T) nn.Layer { return nn.Softplus{Beta: rapid.Float64().Draw(t, "")} }),
		rapid.SampledFrom([]nn.Layer{nn.ReLU{}, nn.GlobalAvgPool{}, nn.Reshape{Shape: []int{2, -3}}, nn.Branches{Layers: []nn.Layer{nn.Seq{}}, Concat: true}, nn.Sigmoid{}, nn.Tanh{}, nn.GELU{}, nn.GELU{Tanh: true}, nn.SiLU{}, nn.Softmax{}, nn.Flatten{}}),
	)
	seq := rapid.Custom(func(t *rapid.T) nn.Layer { return append(nn.Seq{}, rapid.SliceOfN(layer, 0, 4).Draw(t, "")...) })
	nested := rapid.Custom(func(t *rapid.T) nn.Layer {
		return append(nn.Seq{}, rapid.SliceOfN(rapid.OneOf(layer, seq), 0, 4).Draw(t, "")...)
	})
	rapid.Check(t, func(t *rapid.T) {
		d := &description{
			network: rapid.OneOf(layer, seq, nested).Draw(t, "network"),
			input:   rapid.SliceOfN(rapid.IntRange(1, 1<<40), 1, 3).Draw(t, "input"),
			Info:    Info{Classes: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "classes")},
		}
		text, err := d.encode()
		require.NoError(t, err)
		again, err := decode(text)
		require.NoError(t, err)
		assert.Equal(t, d, again)
	})
}

// A foreign description makes no panic, and what is accepted is written again as
// the same thing.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(described))
	f.Add([]byte(`{"version": 1, "input": [8], "vocabulary": 2, "tokens": ["a", "b"]}`))
	f.Add([]byte(`{"version":1,"input":[4],"network":{"type":"Dense","units":1e3,"no_bias":true},"normalization":{"mean":[1,2,3,4],"sd":[1,2,3,4]}}`))
	f.Add([]byte(`{"version":1,"input":[9223372036854775807,9223372036854775807],"network":{"type":"Sequential","layers":[]}}`))
	f.Add([]byte(`{"version":1,"input":[4],"network":` + strings.Repeat(`{"type":"Sequential","layers":[`, 49) + strings.Repeat(`]}`, 49) + `}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := decode(text)
		if err != nil {
			return
		}
		once, err := d.encode()
		require.NoError(t, err)
		again, err := decode(once)
		require.NoError(t, err, "%s", once)
		twice, err := again.encode()
		require.NoError(t, err)
		assert.Equal(t, string(once), string(twice), "%s", text)
	})
}
