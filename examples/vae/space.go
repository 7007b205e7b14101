package main

import (
	"cmp"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"

	"descent/datasets"
	"descent/internal/atomicfile"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/nn"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// space is the latent space of a trained model.
type space struct {
	decoder *nn.Predictor
	means   *mat.Dense   // of the codes of the test images, one a row
	center  []float64    // of the means
	axes    [2][]float64 // the two directions of greatest variance, each one standard deviation long
	labels  []int32
	classes []string
}

// newSpace returns the space of a model, with the plane in which the means of the codes
// of test images vary most: the plane of their first two principal components.
func newSpace(ctx context.Context, m *nn.Model, test datasets.Dataset, classes []string) (*space, error) {
	s := &space{means: mat.NewDense(test.Len(), units, nil), center: make([]float64, units), classes: classes}
	loader := datasets.Loader{Dataset: test, BatchSize: min(256, test.Len())}
	row := 0
	for b, err := range loader.Epoch(ctx, 0) {
		if err != nil {
			return nil, err
		}
		codes, _, err := m.Features(nil, b, "1.mean")
		if err != nil {
			return nil, err
		}
		for i, v := range codes {
			s.means.Set(row+i/units, i%units, float64(v))
			s.center[i%units] += float64(v) / float64(test.Len())
		}
		row += b.Rows
		s.labels = append(s.labels, b.Labels...)
	}
	var components stat.PC
	if test.Len() < 2 || !components.PrincipalComponents(s.means, nil) {
		return nil, errors.New("the codes of the test images have no principal components")
	}
	var directions mat.Dense
	components.VectorsTo(&directions)
	for k, variance := range components.VarsTo(nil)[:2] {
		axis := mat.Col(nil, k, &directions)
		largest := slices.MaxFunc(axis, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
		for i := range axis { // an axis has two directions: the largest number is positive
			axis[i] *= math.Copysign(math.Sqrt(variance), largest)
		}
		s.axes[k] = axis
	}
	decoder, err := m.NewPartPredictor("2", []int{units}, m.Threads())
	s.decoder = decoder
	return s, err
}

// images decodes codes, one after another.
func (s *space) images(codes []float32) ([]float32, error) { return s.decoder.Predict(nil, codes) }

// garments draws garments of random codes.
func (s *space) garments(path string, seed uint64) error {
	const rows, columns = 8, 16
	r, codes := rng.New(seed, "vae", "garments"), make([]float32, rows*columns*units)
	for i := range codes {
		codes[i] = float32(rng.Normal(r))
	}
	return s.draw(path, codes, columns)
}

// plane draws the garments of codes in the plane of the two axes, from −2½ to 2½
// standard deviations: the first axis to the right, the second up.
func (s *space) plane(path string) error {
	const side, reach = 15, 2.5
	var codes []float32
	for row := range side {
		for column := range side {
			a, b := reach*(2*float64(column)/(side-1)-1), reach*(1-2*float64(row)/(side-1))
			for i, c := range s.center {
				codes = append(codes, float32(c+float64(a*s.axes[0][i])+float64(b*s.axes[1][i])))
			}
		}
	}
	return s.draw(path, codes, side)
}

// draw writes the images of codes as one picture, each twice as large.
func (s *space) draw(path string, codes []float32, columns int) error {
	const size, times, gap = 28, 2, 4
	pixels, err := s.images(codes)
	if err != nil {
		return err
	}
	const cell = size*times + gap
	n := len(codes) / units
	picture := image.NewGray(image.Rect(0, 0, columns*cell+gap, n/columns*cell+gap))
	for i := range n {
		left, top := gap+i%columns*cell, gap+i/columns*cell
		for y := range size * times {
			for x := range size * times {
				v := pixels[i*size*size+y/times*size+x/times]
				picture.SetGray(left+x, top+y, color.Gray{Y: uint8(255*v + .5)})
			}
		}
	}
	return atomicfile.Write(path, func(w io.Writer) error { return png.Encode(w, picture) })
}

// codes draws the means of the codes of the test images, by class, in the plane.
func (s *space) codes(path string) error {
	const most = 50 // of a class
	series := make([]figure.Series, len(s.classes))
	for i, name := range s.classes {
		series[i] = figure.Series{Name: name, Style: figure.Points}
	}
	for row, label := range s.labels {
		c := &series[label]
		if len(c.X) == most {
			continue
		}
		at := [2]float64{}
		for k, axis := range s.axes {
			square := 0.
			for i, v := range axis {
				at[k] += (s.means.At(row, i) - s.center[i]) * v
				square += v * v
			}
			at[k] /= square
		}
		c.X, c.Y = append(c.X, at[0]), append(c.Y, at[1])
	}
	return figure.Write(path, figure.Panel{
		Title: "Codes of test images", XLabel: "first principal component", YLabel: "second principal component", Series: series,
	})
}
