package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"descent/datasets"
	"descent/internal/prefix"
	"golang.org/x/image/draw"
)

const (
	maxPixels = 100e6   // of an image, which uses four bytes or more per pixel
	maxFile   = 1 << 28 // bytes of a PNG or JPEG file
)

// picture is an image of the model's size.
type picture struct {
	index  int // in an IDX file; −1 if the file is a single image
	pixels []uint8
}

// read reads the images of a file, and scales them to a shape. The first bytes
// determine the kind of file.
func read(file string, shape []int, invert bool) ([]picture, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	pictures, err := decode(bufio.NewReader(f), shape, invert)
	return pictures, prefix.Error(file, err)
}

func decode(r *bufio.Reader, shape []int, invert bool) ([]picture, error) {
	magic, err := r.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch string(magic) {
	case "\x89P":
		return decodeOne(r, png.DecodeConfig, png.Decode, shape, invert)
	case "\xff\xd8":
		return decodeOne(r, jpeg.DecodeConfig, jpeg.Decode, shape, invert)
	case "\x00\x00", "\x1f\x8b":
		return decodeIDX(r, shape, invert)
	}
	return nil, errors.New("unknown format: want PNG, JPEG or IDX")
}

// decodeOne reads a file of one image. It first checks the size in the header.
func decodeOne(r io.Reader, config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error), shape []int, invert bool) ([]picture, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("more than %d bytes: want a smaller image", maxFile)
	}
	c, err := config(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if c.Width < 1 || c.Height < 1 || float64(c.Width)*float64(c.Height) > maxPixels {
		return nil, fmt.Errorf("%d×%d pixels: want 1 to %d in all", c.Width, c.Height, int(maxPixels))
	}
	m, err := decode(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return []picture{{-1, scale(m, shape, invert)}}, nil
}

func decodeIDX(r io.Reader, shape []int, invert bool) ([]picture, error) {
	x, err := datasets.ReadIDX(r)
	if err != nil {
		return nil, err
	}
	if x.Type != datasets.IDXUint8 || len(x.Shape) != 3 {
		return nil, fmt.Errorf("IDX of type 0x%02x and shape %v: want bytes, [images height width]", uint8(x.Type), x.Shape)
	}
	height, width := x.Shape[1], x.Shape[2]
	pictures := make([]picture, x.Shape[0])
	for i := range pictures {
		pixels := x.Data[i*height*width : (i+1)*height*width]
		pictures[i] = picture{i, scale(&image.Gray{Pix: pixels, Stride: width, Rect: image.Rect(0, 0, width, height)}, shape, invert)}
	}
	return pictures, nil
}

// scale returns the pixels of an image in a shape [1, H, W], gray, or [3, H, W],
// RGB. An image of that size keeps its values.
func scale(m image.Image, shape []int, invert bool) []uint8 {
	channels, height, width := shape[0], shape[1], shape[2]
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	if b := m.Bounds(); b.Size() == dst.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), m, b.Min, draw.Over)
	} else {
		draw.BiLinear.Scale(dst, dst.Bounds(), m, b, draw.Over, nil)
	}
	pixels := make([]uint8, channels*height*width)
	for i := range height * width {
		p := dst.RGBAAt(i%width, i/width)
		if channels == 1 {
			pixels[i] = color.GrayModel.Convert(p).(color.Gray).Y // .299 R + .587 G + .114 B
			continue
		}
		for c, v := range []uint8{p.R, p.G, p.B} {
			pixels[c*height*width+i] = v
		}
	}
	if invert {
		for i, v := range pixels {
			pixels[i] = 255 - v
		}
	}
	return pixels
}
