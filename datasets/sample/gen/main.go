// Command gen makes the files of package sample out of the full set:
//
//	go run ./gen -data DIR
//
// in the package's directory, where DIR holds the set's four files.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"os"

	"descent/datasets"
)

// The images of each class.
const (
	trainPerClass = 600
	testPerClass  = 100
)

func main() {
	dir := flag.String("data", "", "directory of the full set's four files")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	if dir == "" {
		return fmt.Errorf("-data is empty: want the directory of the full set")
	}
	train, test, err := datasets.FashionMNIST(context.Background(), datasets.FashionOptions{Dir: dir})
	if err != nil {
		return err
	}
	if err := write("train", train, trainPerClass); err != nil {
		return err
	}
	return write("t10k", test, testPerClass)
}

// write writes the first images of each class, in the set's order.
func write(part string, set *datasets.Images, perClass int) error {
	var pixels, labels []byte
	seen := make([]int, set.NumClasses())
	for i := range set.Len() {
		l := set.Label(i)
		if seen[l]++; seen[l] <= perClass {
			pixels = append(pixels, set.Image(i)...)
			labels = append(labels, byte(l))
		}
	}
	n := len(labels)
	if want := perClass * set.NumClasses(); n != want {
		return fmt.Errorf("%s: %d images: want %d", part, n, want)
	}
	shape := set.InputShape()
	if err := writeIDX(part+"-images-idx3-ubyte.gz", pixels, n, shape[1], shape[2]); err != nil {
		return err
	}
	return writeIDX(part+"-labels-idx1-ubyte.gz", labels, n)
}

// writeIDX writes bytes of these dimensions, compressed.
func writeIDX(name string, data []byte, shape ...int) error {
	head := []byte{0, 0, byte(datasets.IDXUint8), byte(len(shape))}
	for _, d := range shape {
		head = binary.BigEndian.AppendUint32(head, uint32(d))
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(append(head, data...)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, out.Bytes(), 0o644)
}
