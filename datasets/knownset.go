package datasets

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// known describes a set of the MNIST family.
type known struct {
	function string      // that reads it, for errors
	title    string      // for notices
	folder   string      // of the user's cache
	system   string      // directory of the operating system's package, or empty
	size     string      // of a download
	advice   string      // how to get the set otherwise
	files    []knownFile // images and labels to train on, and to test on
	mirrors  []string
	classes  []string
}

// knownFile describes one of the set's four files.
type knownFile struct {
	name   string // without .gz
	shape  []int
	sha256 string // of the decompressed bytes: they have been compressed anew since
}

// size returns the number of bytes of its numbers.
func (f knownFile) size() int {
	n, _ := elements(f.shape)
	return n
}

// knownSet is the numbers of the four files, in the order of known.files, or the
// reasons why they are missing.
type knownSet struct {
	dir   string
	files []knownFile
	data  [][]byte // nil where errs is not
	errs  []error
}

// readKnown reads the files of a directory concurrently.
func readKnown(ctx context.Context, dir string, files []knownFile) knownSet {
	s := knownSet{dir, files, make([][]byte, len(files)), make([]error, len(files))}
	var wg sync.WaitGroup
	for i, f := range files {
		wg.Go(func() { s.data[i], s.errs[i] = readKnownFile(ctx, dir, f) })
	}
	wg.Wait()
	return s
}

func readKnownFile(ctx context.Context, dir string, f knownFile) ([]byte, error) {
	for _, name := range []string{f.name + ".gz", f.name} {
		file, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer file.Close()
		data, err := f.verified(contextReader{ctx, file})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		return data, nil
	}
	return nil, &missingError{dir, []string{f.name + ".gz"}}
}

// verified reads the file's bytes, compressed or not, and returns its numbers if
// they match the known sum. It allocates the memory of the known set, and only after
// the header has matched.
func (f knownFile) verified(r io.Reader) ([]byte, error) {
	r, err := gunzip(r)
	if err != nil {
		return nil, err
	}
	sum := newHasher()
	defer sum.stop()
	t, shape, err := idxHeader(io.TeeReader(r, sum.sha256))
	if err != nil {
		return nil, err
	}
	if t != IDXUint8 || !slices.Equal(shape, f.shape) {
		return nil, fmt.Errorf("IDX type 0x%02x, dimensions %v: want 0x%02x, %v", uint8(t), shape, uint8(IDXUint8), f.shape)
	}
	data := make([]byte, f.size())
	for have := 0; have < len(data); {
		n, err := io.ReadFull(r, data[have:min(have+hashedPart, len(data))])
		if err != nil {
			return nil, fmt.Errorf("after %d of %d bytes of data: %w", have+n, len(data), truncated(err))
		}
		sum.parts <- data[have : have+n]
		have += n
	}
	if err := expectEOF(r, len(data)); err != nil {
		return nil, err
	}
	if got := fmt.Sprintf("%x", sum.stop()); got != f.sha256 {
		return nil, fmt.Errorf("the SHA-256 sum of its decompressed bytes is %s: want %s", got, f.sha256)
	}
	return data, nil
}

// hasher computes a SHA-256 sum in a goroutine, while the next part is decompressed.
type hasher struct {
	sha256 hash.Hash     // to write to before the first part
	parts  chan<- []byte // parts are no longer written to; nil once stopped
	done   chan struct{}
}

// hashedPart is small enough to still be in the cache, and large enough to be passed
// on rarely.
const hashedPart = 1 << 18

func newHasher() *hasher {
	parts := make(chan []byte, 16)
	h := &hasher{sha256: sha256.New(), parts: parts, done: make(chan struct{})}
	go func() {
		for part := range parts {
			h.sha256.Write(part)
		}
		close(h.done)
	}()
	return h
}

// stop ends the goroutine, if there is one, and returns the sum.
func (h *hasher) stop() []byte {
	if h.parts != nil {
		close(h.parts)
		h.parts = nil
	}
	<-h.done
	return h.sha256.Sum(nil)
}

// missingError says which files a directory lacks; without names, all.
type missingError struct {
	dir   string
	names []string
}

func (e *missingError) Error() string {
	if e.names == nil {
		return fmt.Sprintf("%s has none of its files", e.dir)
	}
	return fmt.Sprintf("%s has no %s", e.dir, strings.Join(e.names, ", "))
}

func (e *missingError) Is(target error) bool { return target == fs.ErrNotExist }

// err returns nil if the set is complete, or a *missingError of all missing files if
// nothing else is wrong.
func (s knownSet) err() error {
	all := &missingError{dir: s.dir}
	for _, err := range s.errs {
		if missing := (*missingError)(nil); errors.As(err, &missing) {
			all.names = append(all.names, missing.names...)
		} else if err != nil {
			return err
		}
	}
	if all.names != nil {
		return all
	}
	return nil
}

// images makes the training and the test set of a complete set.
func (s knownSet) images(classes []string, source Source, path string) (train, test *Images, err error) {
	parts := [2]*Images{}
	for i := range parts {
		images, labels := 2*i, 2*i+1
		a := Arrays{Shape: []int{1, 28, 28}, Pixels: s.data[images], Labels: make([]int32, len(s.data[labels]))}
		for j, l := range s.data[labels] {
			a.Labels[j] = int32(l)
		}
		if parts[i], err = NewImages(a, classes, source, path); err != nil {
			return nil, nil, err
		}
	}
	return parts[0], parts[1], nil
}

// contextReader ends with the context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
