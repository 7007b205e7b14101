package datasets

import (
	"fmt"
	"slices"
)

// Source says where a dataset was found.
type Source string

// The sources of [FashionMNIST] and [MNIST], in the order in which they are tried.
const (
	SourceDir      Source = "dir"      // the requested directory
	SourceCache    Source = "cache"    // the user's cache, from an earlier download
	SourceSystem   Source = "system"   // a package of the operating system
	SourceDownload Source = "download" // just downloaded into the cache
	SourceSample   Source = "sample"   // the part of it embedded in package sample
)

// Images is a [Dataset] of labeled images with pixels stored as bytes.
type Images struct {
	*Slices
	Source Source // where they were found
	Path   string // the directory; empty for the sample

	classes []string
}

// NewImages returns the images of these arrays, which must have Pixels, a
// Shape of channels, height and width, and one label per image. The classes are
// the names of the classes, in the order of the labels. The errors are those of
// [FromSlices].
func NewImages(a Arrays, classes []string, source Source, path string) (*Images, error) {
	if len(a.Pixels) == 0 || len(a.Labels) == 0 || len(a.Shape) != 3 {
		return nil, fmt.Errorf("datasets: NewImages: %d pixels, %d labels, shape %v: want pixels and labels, and channels, height and width",
			len(a.Pixels), len(a.Labels), a.Shape)
	}
	if len(classes) == 0 || a.Classes != 0 && a.Classes != len(classes) {
		return nil, fmt.Errorf("datasets: NewImages: %d names of %d classes: want one for each", len(classes), a.Classes)
	}
	a.Classes = len(classes)
	s, err := fromSlices(a)
	if err != nil {
		return nil, fmt.Errorf("datasets: NewImages: %w", err)
	}
	if s.labels != 1 {
		return nil, fmt.Errorf("datasets: NewImages: %d labels of %d images: want one for each", len(a.Labels), s.rows)
	}
	return &Images{Slices: s, Source: source, Path: path, classes: slices.Clone(classes)}, nil
}

// Classes returns the names of the classes, in the order of the labels.
func (m *Images) Classes() []string { return slices.Clone(m.classes) }

// Image returns the pixels of image i, row by row from the top, or nil if i is
// outside [0, Len). The caller must not modify them.
func (m *Images) Image(i int) []uint8 {
	s := m.orEmpty()
	if i < 0 || i >= s.rows || s.a.Pixels == nil {
		return nil
	}
	return s.a.Pixels[i*s.width : (i+1)*s.width : (i+1)*s.width]
}

// Label returns the class of image i, or −1 if i is outside [0, Len).
func (m *Images) Label(i int) int {
	s := m.orEmpty()
	if i < 0 || i >= len(s.a.Labels) {
		return -1
	}
	return int(s.a.Labels[i])
}
