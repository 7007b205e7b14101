package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/internal/cli"
)

// batchSize is the number of images classified at once.
const batchSize = 256

// report is what -report writes.
type report struct {
	Model   string       `json:"model"`
	Input   []int        `json:"input"`
	Classes []string     `json:"classes"`
	Images  []classified `json:"images"`
}

// classified is an image and its most probable classes.
type classified struct {
	File        string       `json:"file"`
	Index       *int         `json:"index,omitempty"` // in an IDX file, from 0
	Predictions []prediction `json:"predictions"`
}

type prediction struct {
	Class       string  `json:"class"`
	Label       int     `json:"label"` // the number of the class
	Probability float64 `json:"probability"`
}

// String returns the line that is printed.
func (c classified) String() string {
	name := printable(c.File)
	if c.Index != nil {
		name += fmt.Sprintf("[%d]", *c.Index)
	}
	var all []string
	for _, p := range c.Predictions {
		all = append(all, fmt.Sprintf("%s %.3f", printable(p.Class), p.Probability))
	}
	return name + ": " + strings.Join(all, ", ")
}

// classifyFile classifies the images of a file, and calls show with each.
func (c *classifier) classifyFile(ctx context.Context, file string, o options, show func(classified)) error {
	var pictures []picture
	err := cli.Wait(ctx, func() (err error) {
		pictures, err = read(file, c.shape, o.invert)
		return err
	}, cli.File{Path: file})
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(pictures, batchSize) {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := c.classify(file, batch, o.top)
		if err != nil {
			return err
		}
		for _, f := range found {
			show(f)
		}
	}
	return nil
}

// classify returns the most probable classes of images of a file.
func (c *classifier) classify(file string, pictures []picture, top int) ([]classified, error) {
	var pixels []uint8
	for _, p := range pictures {
		pixels = append(pixels, p.pixels...)
	}
	logits, err := c.predict(pixels)
	if err != nil {
		return nil, err
	}
	all := make([]classified, len(pictures))
	for i, p := range pictures {
		probabilities := softmax(logits[i*len(c.classes) : (i+1)*len(c.classes)])
		predictions := make([]prediction, len(c.classes))
		for k, v := range probabilities {
			if math.IsNaN(v) {
				return nil, fmt.Errorf("%s: the outputs of the model are %v: want finite numbers", file, logits[i*len(c.classes):(i+1)*len(c.classes)])
			}
			predictions[k] = prediction{c.classes[k], k, v}
		}
		slices.SortStableFunc(predictions, func(a, b prediction) int { return cmp.Compare(b.Probability, a.Probability) })
		all[i] = classified{File: file, Predictions: predictions[:min(top, len(predictions))]}
		if p.index >= 0 {
			all[i].Index = &p.index
		}
	}
	return all, nil
}

// predict returns the outputs for images, normalized as in training.
func (c *classifier) predict(pixels []uint8) ([]float32, error) {
	if len(c.normal.Mean) == 0 {
		return c.model.PredictPixels(nil, pixels)
	}
	rows := make([]float32, len(pixels))
	for i, v := range pixels {
		rows[i] = float32(v) / 255
	}
	if err := c.normal.Apply(rows, c.shape); err != nil {
		return nil, err
	}
	return c.model.Predict(nil, rows)
}

// softmax returns eˣ/Σeˣ.
func softmax(logits []float32) []float64 {
	largest := float64(slices.Max(logits))
	p, sum := make([]float64, len(logits)), 0.
	for i, x := range logits {
		p[i] = math.Exp(float64(x) - largest)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}
