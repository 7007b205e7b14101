package datasets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The sizes of CIFAR-10: an image is a byte for its class, and its pixels.
const (
	cifarPixels = 3 * 32 * 32
	cifarRecord = 1 + cifarPixels
	cifarImages = 10_000 // in each of the six files
)

// CIFAR10Classes returns the names of the classes of [CIFAR10], in the order of the
// labels.
func CIFAR10Classes() []string {
	return []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
}

// CIFAR10 reads the CIFAR-10 set of Krizhevsky (2009) from a directory: 50,000
// training and 10,000 test images, 32 × 32 pixels in red, green and blue, in ten
// classes. The shape of an input is [3 32 32]. Both parts together use 185 MB of
// memory, and [Images].Source is [SourceDir].
//
// The directory, or cifar-10-batches-bin in it, has the files data_batch_1.bin to
// data_batch_5.bin and test_batch.bin of the set's binary version, decompressed or
// with .gz. They are available at https://www.cs.toronto.edu/~kriz/cifar.html.
//
// It is an error if a file is missing, does not have 10,000 images, or has a label
// outside [0, 10).
func CIFAR10(dir string) (train, test *Images, err error) {
	train, test, err = cifar10(dir, cifarImages)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: CIFAR10: %w", err)
	}
	return train, test, nil
}

// cifar10 requires that number of images in each file.
func cifar10(dir string, each int) (train, test *Images, err error) {
	if dir == "" {
		return nil, nil, errors.New("no directory: want that of the set's binary version")
	}
	const inside = "cifar-10-batches-bin"
	if info, err := os.Stat(filepath.Join(dir, inside)); err == nil && info.IsDir() {
		dir = filepath.Join(dir, inside)
	}
	var parts [2]*Images
	for i, names := range [][]string{
		{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		{"test_batch.bin"},
	} {
		a := Arrays{
			Shape:  []int{3, 32, 32},
			Pixels: make([]uint8, 0, len(names)*each*cifarPixels),
			Labels: make([]int32, 0, len(names)*each),
		}
		for _, name := range names {
			if err := readCIFARFile(&a, filepath.Join(dir, name), each); err != nil {
				return nil, nil, err
			}
		}
		if parts[i], err = NewImages(a, CIFAR10Classes(), SourceDir, dir); err != nil {
			return nil, nil, err
		}
	}
	return parts[0], parts[1], nil
}

// readCIFARFile appends the n images of a file.
func readCIFARFile(a *Arrays, name string, n int) error {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if z, errGz := os.Open(name + ".gz"); errGz == nil {
			file, err = z, nil
		}
	}
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := gunzip(file)
	if err == nil {
		err = readCIFAR(a, r, n)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name(), err)
	}
	return nil
}

// readCIFAR appends n images to the arrays, to the end of r.
func readCIFAR(a *Arrays, r io.Reader, n int) error {
	var record [cifarRecord]byte
	for i := range n {
		if m, err := io.ReadFull(r, record[:]); err == io.EOF || err == io.ErrUnexpectedEOF {
			return fmt.Errorf("the file ends after %d bytes: want %d images of %d bytes: %w", i*cifarRecord+m, n, cifarRecord, io.ErrUnexpectedEOF)
		} else if err != nil {
			return fmt.Errorf("after %d images: %w", i, err)
		}
		if record[0] > 9 {
			return fmt.Errorf("label %d of image %d: want [0, 10)", record[0], i)
		}
		a.Labels = append(a.Labels, int32(record[0]))
		a.Pixels = append(a.Pixels, record[1:]...)
	}
	return expectEOF(r, n*cifarRecord)
}
