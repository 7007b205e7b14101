// Package sample embeds data in a program, so that it can run offline: a part of
// Fashion-MNIST and the text of [Bible]. A program contains only the data it uses.
//
// [FashionMNIST] returns 6,000 training and 1,000 test images, the first 600 and 100 of
// each class, in the order of the full set. A network trained on it loses some
// points of accuracy. A program that must run offline, without the full set, uses it as
// the fallback, which adds 3 MB:
//
//	datasets.FashionMNIST(ctx, datasets.FashionOptions{Fallback: sample.FashionMNIST})
package sample

//go:generate go run ./gen -data /usr/share/datasets/fashion-mnist

import (
	"bytes"
	"embed"

	"descent/datasets"
	"descent/internal/prefix"
)

// files are four IDX files compressed with gzip, like the full set's. They are
// part of Fashion-MNIST, © 2017 Zalando SE, MIT license.
//
//go:embed *-ubyte.gz
var files embed.FS

// FashionMNIST returns the sample in the form of [datasets.FashionMNIST]. Its
// Source is [datasets.SourceSample].
func FashionMNIST() (train, test *datasets.Images, err error) {
	if train, err = read("train"); err != nil {
		return nil, nil, prefix.Error("sample", err)
	}
	if test, err = read("t10k"); err != nil {
		return nil, nil, prefix.Error("sample", err)
	}
	return train, test, nil
}

func read(part string) (*datasets.Images, error) {
	images, err := readIDX(part + "-images-idx3-ubyte.gz")
	if err != nil {
		return nil, err
	}
	file, err := readIDX(part + "-labels-idx1-ubyte.gz")
	if err != nil {
		return nil, err
	}
	labels, err := file.Labels()
	if err != nil {
		return nil, err
	}
	return datasets.NewImages(datasets.Arrays{
		Shape:  append([]int{1}, images.Shape[1:]...),
		Pixels: images.Data,
		Labels: labels,
	}, datasets.FashionClasses(), datasets.SourceSample, "")
}

func readIDX(name string) (*datasets.IDX, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, prefix.Error("sample", err)
	}
	x, err := datasets.ReadIDX(bytes.NewReader(b))
	if err != nil {
		return nil, prefix.Error("sample", err, name)
	}
	return x, nil
}
