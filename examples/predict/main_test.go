package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/datasets/sample"
	"descent/internal/cli"
	"descent/lrsched"
	"descent/nn"
	"descent/nn/modelfile"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lenet trains a model on the sample for an epoch, as examples/lenet does, and
// saves it.
func lenet(t *testing.T, file string) *nn.Model {
	t.Helper()
	train, test, err := sample.FashionMNIST()
	require.NoError(t, err)
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	fit := trainer.Trainer{
		Model: m, Rule: optimizers.SGD{Momentum: .9}, Schedule: lrsched.Constant(.05), Epochs: 1, BatchSize: 64, Seed: 1,
	}
	_, err = fit.Fit(t.Context(), train, test)
	require.NoError(t, err)
	require.NoError(t, modelfile.Save(file, m, modelfile.Info{Classes: train.Classes()}))
	return m
}

func newModel(t *testing.T, net nn.Layer, cfg nn.Config) *nn.Model {
	t.Helper()
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

func write(t *testing.T, file string, encode func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, encode(&b))
	require.NoError(t, os.WriteFile(file, b.Bytes(), 0o666))
	return file
}

func gray(pixels []uint8, width int) *image.Gray {
	return &image.Gray{Pix: pixels, Stride: width, Rect: image.Rect(0, 0, width, len(pixels)/width)}
}

func idx(kind byte, data []uint8, shape ...int) []byte {
	b := []byte{0, 0, kind, byte(len(shape))}
	for _, d := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

func predict(args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), err
}

// A model is trained and saved, and classifies images of the test set as it does
// itself.
func TestClassifies(t *testing.T) {
	if testing.Short() {
		t.Skip("trains LeNet, for which an emulator takes minutes")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "lenet.safetensors")
	m := lenet(t, file)
	_, test, err := sample.FashionMNIST()
	require.NoError(t, err)
	const n = 300 // more than a batch
	var pixels []uint8
	for i := range n {
		pixels = append(pixels, test.Image(i)...)
	}
	want, err := m.PredictPixels(nil, pixels)
	require.NoError(t, err)

	images := write(t, filepath.Join(dir, "images.gz"), func(b *bytes.Buffer) error {
		z := gzip.NewWriter(b)
		z.Write(idx(8, pixels, n, 28, 28))
		return z.Close()
	})
	out, _, err := predict("-model", file, "-top", "100", "-report", "-", images)
	require.NoError(t, err)
	var r report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	assert.Equal(t, test.Classes(), r.Classes)
	require.Len(t, r.Images, n)
	right := 0
	for i, c := range r.Images {
		assert.Equal(t, i, *c.Index)
		require.Len(t, c.Predictions, 10)
		sum := 0.
		for k, p := range c.Predictions {
			sum += p.Probability
			assert.Equal(t, r.Classes[p.Label], p.Class)
			assert.True(t, k == 0 || c.Predictions[k-1].Probability >= p.Probability)
		}
		assert.InDelta(t, 1, sum, 1e-12)
		best, worst := c.Predictions[0], c.Predictions[9]
		odds := float64(want[10*i+best.Label] - want[10*i+worst.Label])
		assert.InDelta(t, odds, math.Log(best.Probability/worst.Probability), 1e-5)
		if best.Label == test.Label(i) {
			right++
		}
	}
	assert.Greater(t, right, n*6/10)

	// One of them as PNG and as JPEG, twice as large, and negative.
	large := image.NewGray(image.Rect(0, 0, 56, 56))
	dark := image.NewGray(large.Rect)
	for i := range large.Pix {
		large.Pix[i] = test.Image(0)[i/112*28+i%56/2]
		dark.Pix[i] = 255 - large.Pix[i]
	}
	shape := write(t, filepath.Join(dir, "shape.png"), func(b *bytes.Buffer) error { return png.Encode(b, gray(pixels[:28*28], 28)) })
	larger := write(t, filepath.Join(dir, "large.jpg"), func(b *bytes.Buffer) error { return jpeg.Encode(b, large, &jpeg.Options{Quality: 95}) })
	negative := write(t, filepath.Join(dir, "dark.png"), func(b *bytes.Buffer) error { return png.Encode(b, dark) })
	out, errs, err := predict("-model", file, shape, larger)
	require.NoError(t, err)
	assert.Empty(t, errs)
	lines := strings.Split(out, "\n")
	require.Len(t, lines, 4)
	assert.Equal(t, file+": images [1 28 28], 10 classes, 61706 parameters", lines[0])
	first := r.Images[0].Predictions
	assert.Equal(t, fmt.Sprintf("%s: %s %.3f, %s %.3f, %s %.3f", shape, first[0].Class, first[0].Probability, first[1].Class, first[1].Probability,
		first[2].Class, first[2].Probability), lines[1])
	assert.True(t, strings.HasPrefix(lines[2], larger+": "+first[0].Class+" "), lines[2])
	out, _, err = predict("-model", file, "-quiet", "-top", "1", "-invert", negative)
	require.NoError(t, err)
	assert.Regexp(t, "^"+negative+": "+first[0].Class+` \d\.\d{3}\n$`, out)

	out, _, err = predict("-model", file, "testdata/boot.png", "-top", "1", "-quiet")
	require.NoError(t, err)
	assert.Regexp(t, `^testdata/boot\.png: Ankle boot \d\.\d{3}\n$`, out)
}

// colors is a model whose classes are the channels, and the largest mean wins.
func colors(t *testing.T, file string, info modelfile.Info) *nn.Model {
	t.Helper()
	m := newModel(t, nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 1}, nn.AvgPool2D{Size: 2}, nn.Flatten{}), nn.Config{Input: []int{3, 2, 2}})
	w := m.Params()
	clear(w[1].Value)
	for i := range w[0].Value {
		w[0].Value[i] = 0
		if i%4 == 0 {
			w[0].Value[i] = 10
		}
	}
	require.NoError(t, modelfile.Save(file, m, info))
	return m
}

// An image in color, normalized as the file says; classes without names are
// numbers, and names that a terminal cannot show are quoted.
func TestColorsAndNormalization(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "m")
	m := image.NewNRGBA(image.Rect(0, 0, 6, 4))
	for i := range 24 {
		m.SetNRGBA(i%6, i/6, color.NRGBA{R: 50, G: 150, B: 100, A: 255})
	}
	img := write(t, filepath.Join(dir, "x.png"), func(b *bytes.Buffer) error { return png.Encode(b, m) })
	logits := func(info modelfile.Info) (predictions []prediction) {
		colors(t, file, info)
		out, _, err := predict("-model", file, img, "-report", "-", "-top", "3")
		require.NoError(t, err)
		var r report
		require.NoError(t, json.Unmarshal([]byte(out), &r))
		assert.Nil(t, r.Images[0].Index)
		return r.Images[0].Predictions
	}
	p := logits(modelfile.Info{})
	assert.Equal(t, []string{"1", "2", "0"}, []string{p[0].Class, p[1].Class, p[2].Class})
	assert.InDelta(t, 10*50./255, math.Log(p[0].Probability/p[1].Probability), 1e-5)

	p = logits(modelfile.Info{
		Classes:       []string{"red", "green", "\x1b[31mblue"},
		Normalization: modelfile.Normalization{Mean: []float64{0, .5, .25}, SD: []float64{.5, 1, 2}},
	})
	assert.Equal(t, []string{"red", "green", "\x1b[31mblue"}, []string{p[0].Class, p[1].Class, p[2].Class})
	assert.InDelta(t, 10*(50./255/.5-(150./255-.5)), math.Log(p[0].Probability/p[1].Probability), 1e-5)
	out, _, err := predict("-model", file, img)
	require.NoError(t, err)
	assert.Contains(t, out, `, "\x1b[31mblue" 0.`)
	assert.NotContains(t, out, "\x1b")
}

func TestScale(t *testing.T) {
	m := gray([]uint8{0, 10, 20, 30, 40, 50, 60, 70, 80}, 3)
	assert.Equal(t, m.Pix, scale(m, []int{1, 3, 3}, false))
	assert.Equal(t, []uint8{255, 245, 235, 225, 215, 205, 195, 185, 175}, scale(m, []int{1, 3, 3}, true))
	assert.Equal(t, m.Pix, scale(gray(append(make([]uint8, 3), m.Pix...), 3).SubImage(image.Rect(0, 1, 3, 4)), []int{1, 3, 3}, false))

	board := make([]uint8, 64*64) // no pixel is lost when it shrinks
	for i := range board {
		if (i+i/64)%2 == 0 {
			board[i] = 200
		}
	}
	for _, v := range scale(gray(board, 64), []int{1, 4, 8}, false) {
		assert.InDelta(t, 100, v, 3)
	}
	for _, v := range scale(gray([]uint8{90}, 1), []int{1, 4, 8}, false) {
		assert.EqualValues(t, 90, v)
	}

	glass := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	glass.SetNRGBA(0, 0, color.NRGBA{0, 0, 0, 0})
	glass.SetNRGBA(1, 0, color.NRGBA{200, 100, 50, 255})
	assert.Equal(t, []uint8{255, 200, 255, 100, 255, 50}, scale(glass, []int{3, 1, 2}, false))
	assert.Equal(t, []uint8{255, 124}, scale(glass, []int{1, 1, 2}, false))
}

// One file that cannot be read does not keep the others from being classified.
func TestBadImages(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m")
	colors(t, model, modelfile.Info{})
	good := write(t, filepath.Join(dir, "good.png"), func(b *bytes.Buffer) error { return png.Encode(b, gray(make([]uint8, 4), 2)) })
	var whole bytes.Buffer
	require.NoError(t, png.Encode(&whole, gray(make([]uint8, 4), 2)))
	huge := bytes.Clone(whole.Bytes())
	binary.BigEndian.PutUint32(huge[16:], 1<<30)
	binary.BigEndian.PutUint32(huge[29:], pngSum(huge[12:29]))
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "empty: unknown format: want PNG, JPEG or IDX"},
		{"text", []byte("GIF89a"), "text: unknown format: want PNG, JPEG or IDX"},
		{"cut.png", whole.Bytes()[:40], "cut.png: "},
		{"huge.png", huge, "huge.png: 1073741824×2 pixels: want 1 to 100000000 in all"},
		{"x.jpg", []byte("\xff\xd8\xff"), "x.jpg: "},
		{"floats", idx(13, make([]uint8, 16), 1, 2, 2), "floats: IDX of type 0x0d and shape [1 2 2]: want bytes, [images height width]"},
		{"labels", idx(8, make([]uint8, 4), 4), "labels: IDX of type 0x08 and shape [4]: want bytes, [images height width]"},
		{"short", idx(8, make([]uint8, 3), 1, 2, 2), "short: IDX: dimensions [1 2 2]: the file ends after 3 bytes of data: want 4"},
	} {
		bad := filepath.Join(dir, test.name)
		require.NoError(t, os.WriteFile(bad, test.data, 0o666))
		out, _, err := predict("-model", model, bad, good, "-quiet")
		if assert.ErrorContains(t, err, test.want, test.name) {
			assert.True(t, strings.HasPrefix(err.Error(), "predict: "), err)
		}
		assert.Regexp(t, "^"+good+": 0 0.333, 1 0.333, 2 0.333\n$", out)
	}
	_, _, err := predict("-model", model, filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestBadModels(t *testing.T) {
	dir := t.TempDir()
	img := write(t, filepath.Join(dir, "x.png"), func(b *bytes.Buffer) error { return png.Encode(b, gray(make([]uint8, 4), 2)) })
	model := filepath.Join(dir, "m")
	for _, test := range []struct {
		net   nn.Layer
		input []int
		want  string
	}{
		{nn.MLP(3), []int{4}, "a model with inputs of shape [4]: want images, [1 height width] or [3 height width]"},
		{nn.MLP(3), []int{2, 5, 5}, "a model with inputs of shape [2 5 5]: want images"},
		{nn.MLP(1), []int{1, 5, 5}, "a model with outputs of shape [1]: want one for each of two or more classes"},
		{nn.ReLU{}, []int{1, 5, 5}, "a model with outputs of shape [1 5 5]: want one for each"},
	} {
		require.NoError(t, modelfile.Save(model, newModel(t, test.net, nn.Config{Input: test.input}), modelfile.Info{}))
		_, _, err := predict("-model", model, img)
		assert.ErrorContains(t, err, "predict: "+model+": "+test.want)
	}
	require.NoError(t, newModel(t, nn.MLP(3), nn.Config{Input: []int{1, 2, 2}}).Save(model))
	_, _, err := predict("-model", model, img)
	assert.EqualError(t, err, "predict: "+model+": no description of the model: want a file of modelfile.Save")
	_, _, err = predict("-model", img, img)
	assert.ErrorContains(t, err, "predict: "+img+": header of ")

	m := colors(t, model, modelfile.Info{}) // finite weights whose outputs are not
	m.Params()[0].Value[0] = math.MaxFloat32
	m.Params()[1].Value[0] = math.MaxFloat32
	require.NoError(t, modelfile.Save(model, m, modelfile.Info{}))
	white := write(t, filepath.Join(dir, "w.png"), func(b *bytes.Buffer) error { return png.Encode(b, gray([]uint8{255, 255, 255, 255}, 2)) })
	_, _, err = predict("-model", model, white)
	assert.ErrorContains(t, err, "predict: "+white+": the outputs of the model are [+Inf 10 10]: want finite numbers")
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m")
	colors(t, model, modelfile.Info{})
	img := write(t, filepath.Join(dir, "x.png"), func(b *bytes.Buffer) error { return png.Encode(b, gray(make([]uint8, 4), 2)) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := run(ctx, []string{"-model", model, img, "-report", filepath.Join(dir, "r")}, new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, "predict: "+img+": interrupted after 0 images: context canceled; no report was written: rerun with the same flags to start over")
	assert.ErrorIs(t, err, context.Canceled)
	assert.NoFileExists(t, filepath.Join(dir, "r"))
}

func TestBadFlags(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ args, want string }{
		{"", "predict: want -model FILE and one or more images (-h lists the flags)"},
		{"x.png", "predict: want -model FILE and one or more images (-h lists the flags)"},
		{"-model m", "predict: want one or more images: PNG, JPEG or IDX files"},
		{"-model= x.png", `predict: -model "": want a file name`},
		{"-model - x.png", "predict: -: want a file"},
		{"-model m -", "predict: -: want a file"},
		{"-model m -top 0 x.png", "predict: -top 0: want 1 or more"},
		{"-model m -top some x.png", `invalid value "some" for flag -top`},
		{"-model m x.png -report ./x.png", "predict: -report ./x.png and x.png are the same file: want different ones"},
		{"-model m x.png -report ./m", "predict: -model m and -report ./m are the same file: want different ones"},
		{"-model m x.png -weights w", "predict: flag provided but not defined: -weights"},
		{"-model m x.png -report " + dir, "is a directory: want a file"},
	} {
		_, _, err := predict(strings.Fields(test.args)...)
		require.ErrorContains(t, err, test.want, test.args)
		var usage *cli.UsageError
		assert.True(t, errors.As(err, &usage), test.args)
	}
	_, help, err := predict("-h")
	assert.ErrorIs(t, err, flag.ErrHelp)
	assert.Contains(t, help, "bilinear interpolation")
}

// pngSum is the checksum of a chunk, its type and its data.
func pngSum(chunk []byte) uint32 { return crc32.ChecksumIEEE(chunk) }
