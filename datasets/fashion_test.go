package datasets

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

// small is a set of the form of Fashion-MNIST with fewer images.
type small struct {
	finder
	raw map[string][]byte // by name without .gz
	gz  map[string][]byte // by name with it
}

func newSmall(t *testing.T) *small {
	s := &small{
		finder: finder{
			known:   fashion(),
			connect: 5 * time.Second, budget: 10 * time.Second, period: 30 * time.Second,
		},
		raw: map[string][]byte{}, gz: map[string][]byte{},
	}
	r := rng.New(1, t.Name())
	s.system, s.files = filepath.Join(t.TempDir(), "none"), nil
	for _, f := range fashion().files {
		f.shape[0] /= 1000
		dims := make([]uint32, len(f.shape))
		for i, d := range f.shape {
			dims[i] = uint32(d)
		}
		data := make([]byte, f.size())
		for i := range data {
			data[i] = byte(r.UintN(10))
		}
		raw := idxBytes(IDXUint8, data, dims...)
		f.sha256 = fmt.Sprintf("%x", sha256.Sum256(raw))
		s.files = append(s.files, f)
		s.raw[f.name], s.gz[f.name+".gz"] = raw, gzipped(t, raw)
	}
	return s
}

// dir is a new directory with these files.
func dir(t *testing.T, files ...map[string][]byte) string {
	t.Helper()
	d := t.TempDir()
	for _, m := range files {
		for name, b := range m {
			require.NoError(t, os.WriteFile(filepath.Join(d, name), b, 0o600))
		}
	}
	return d
}

// noticed collects notices.
type noticed []string

func (n *noticed) add(line string) { *n = append(*n, line) }

// offline is FashionOptions that neither leave the machine nor find its cache.
func offline(t *testing.T, n *noticed) FashionOptions {
	return FashionOptions{Cache: filepath.Join(t.TempDir(), "cache"), Mirrors: []string{}, Notice: n.add}
}

func (s *small) check(t *testing.T, train, test *Images, source Source, path string) {
	t.Helper()
	for i, m := range []*Images{train, test} {
		images, labels := s.raw[s.files[2*i].name][16:], s.raw[s.files[2*i+1].name][8:]
		require.Equal(t, []int{60, 10}[i], m.Len())
		assert.Equal(t, []int{1, 28, 28}, m.InputShape())
		assert.Equal(t, source, m.Source)
		assert.Equal(t, path, m.Path)
		assert.Equal(t, FashionClasses(), m.Classes())
		assert.Equal(t, 10, m.NumClasses())
		for row := range m.Len() {
			require.Equal(t, images[row*784:(row+1)*784], m.Image(row))
			require.Equal(t, int(labels[row]), m.Label(row))
		}
	}
}

func TestFashionDir(t *testing.T) {
	s := newSmall(t)
	for name, d := range map[string]string{
		"compressed": dir(t, s.gz), "plain": dir(t, s.raw), "both": dir(t, s.gz, s.raw),
	} {
		var n noticed
		train, test, err := s.find(t.Context(), FashionOptions{Dir: d, Notice: n.add})
		require.NoError(t, err, name)
		s.check(t, train, test, SourceDir, d)
		assert.Empty(t, n)
	}
}

func TestFashionDirErrors(t *testing.T) {
	s := newSmall(t)
	fallback := func() (train, test *Images, err error) { panic("a directory was asked for") }
	find := func(d string) error {
		_, _, err := s.find(t.Context(), FashionOptions{Dir: d, Fallback: fallback})
		return err
	}
	d := dir(t, s.gz)
	require.NoError(t, os.Remove(filepath.Join(d, "train-images-idx3-ubyte.gz")))
	require.NoError(t, os.Remove(filepath.Join(d, "t10k-labels-idx1-ubyte.gz")))
	err := find(d)
	assert.EqualError(t, err, "datasets: FashionMNIST: "+d+" has no train-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorIs(t, find(filepath.Join(d, "nowhere")), fs.ErrNotExist)
	assert.ErrorContains(t, find(filepath.Join(d, "nowhere")), "datasets: FashionMNIST: the requested directory: stat "+filepath.Join(d, "nowhere")+": ")
	assert.ErrorContains(t, find(filepath.Join(d, "train-labels-idx1-ubyte.gz")), "train-labels-idx1-ubyte.gz is not a directory: want one with the set's four files")
	assert.ErrorContains(t, find(t.TempDir()), "has no train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz")
	var none context.Context
	_, _, err = FashionMNIST(none, FashionOptions{Dir: d})
	assert.EqualError(t, err, "datasets: FashionMNIST: the context is nil: want e.g. context.Background()")

	for _, c := range []struct {
		spoil func(b []byte) []byte
		want  string
	}{
		{func(b []byte) []byte { b[99] ^= 1; return b }, "the SHA-256 sum of its decompressed bytes is "},
		{func(b []byte) []byte { return b[:len(b)-1] }, "after 47039 of 47040 bytes of data: unexpected EOF"},
		{func(b []byte) []byte { return append(b, 0) }, "more than 47040 bytes of data: want the file to end there"},
		{func(b []byte) []byte { b[6] = 1; return b }, "IDX type 0x08, dimensions [316 28 28]: want 0x08, [60 28 28]"},
		{func(b []byte) []byte { b[2] = 9; return b }, "IDX type 0x09, dimensions [60 28 28]: want 0x08, [60 28 28]"},
		{func([]byte) []byte { return []byte("<html>") }, "it begins with 0x3c68: want 0x0000"},
		{func([]byte) []byte { return nil }, "header: unexpected EOF"},
	} {
		s := newSmall(t)
		s.gz["train-images-idx3-ubyte.gz"] = gzipped(t, c.spoil(s.raw["train-images-idx3-ubyte"]))
		d := dir(t, s.gz)
		assert.ErrorContains(t, find(d), "datasets: FashionMNIST: "+filepath.Join(d, "train-images-idx3-ubyte.gz")+": "+c.want)
	}
}

func TestFashionOrder(t *testing.T) {
	s := newSmall(t)
	var n noticed
	o := offline(t, &n)
	o.Cache, s.system = dir(t, s.gz), dir(t, s.gz)
	o.Dir = dir(t, s.gz)

	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDir, o.Dir)

	o.Dir = ""
	train, test, err = s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceCache, o.Cache)

	require.NoError(t, os.Remove(filepath.Join(o.Cache, "t10k-labels-idx1-ubyte.gz")))
	train, test, err = s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceSystem, s.system)
	assert.Empty(t, n)

	damaged := filepath.Join(o.Cache, "train-labels-idx1-ubyte.gz")
	require.NoError(t, os.WriteFile(damaged, []byte("half"), 0o600))
	train, test, err = s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceSystem, s.system)
	assert.Equal(t, noticed{"Fashion-MNIST: skipped: " + damaged + ": it begins with 0x6861: want 0x0000"}, n)
}

func TestFashionFallback(t *testing.T) {
	s := newSmall(t)
	var n noticed
	o := offline(t, &n)
	_, _, err := s.find(t.Context(), o)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "datasets: FashionMNIST: not found: "+o.Cache+" has none of its files; "+s.system+" has none of its files; for the full set")
	assert.ErrorContains(t, err, "install Debian's package dataset-fashion-mnist")

	whole := dir(t, s.gz)
	o.Fallback = func() (train, test *Images, err error) {
		train, test, err = s.find(t.Context(), FashionOptions{Dir: whole})
		train.Source, test.Source = SourceSample, SourceSample
		return train, test, err
	}
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceSample, whole)
	require.Len(t, n, 1)
	assert.True(t, strings.HasPrefix(n[0], "Fashion-MNIST: using the sample of 60 training and 10 test images, as the full set was not found: "+o.Cache+" has none of its files; "), n[0])
	assert.Contains(t, n[0], "install Debian's package dataset-fashion-mnist")
	assert.NotContains(t, n[0], "\n")

	lost := errors.New("lost")
	o.Fallback = func() (train, test *Images, err error) { return nil, nil, fmt.Errorf("sample: %w", lost) }
	_, _, err = s.find(t.Context(), o)
	assert.ErrorIs(t, err, lost)
	assert.ErrorContains(t, err, "; fallback: lost", "one prefix")
	o.Fallback = func() (train, test *Images, err error) { return nil, nil, nil }
	_, _, err = s.find(t.Context(), o)
	assert.ErrorContains(t, err, "; fallback: it returned nil: want images")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o.Fallback = func() (train, test *Images, err error) { panic("the context had ended") }
	s.system = dir(t, s.gz)
	_, _, err = s.find(ctx, o)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, n, 1)
}

func TestFashionNoCacheDirectory(t *testing.T) {
	for _, v := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData", "home"} {
		t.Setenv(v, "")
	}
	s := newSmall(t)
	_, _, err := s.find(t.Context(), FashionOptions{})
	assert.ErrorContains(t, err, "not found: there is no cache directory: ")
	s.system = dir(t, s.gz)
	train, test, err := s.find(t.Context(), FashionOptions{})
	require.NoError(t, err)
	s.check(t, train, test, SourceSystem, s.system)
}

func TestFashionCacheDirectory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("where the cache is depends on the system")
	}
	t.Setenv("XDG_CACHE_HOME", "/cache")
	for _, k := range []known{fashion(), mnist()} {
		got, err := FashionOptions{}.cache(k.folder)
		require.NoError(t, err)
		assert.Equal(t, "/cache/descent/"+k.folder, got)
	}
}

func TestFashionMirrors(t *testing.T) {
	for _, k := range []known{fashion(), mnist()} {
		assert.NotEmpty(t, k.mirrors)
		for _, m := range k.mirrors {
			u, err := url.Parse(m)
			require.NoError(t, err)
			assert.NotEmpty(t, u.Host)
		}
	}
}

func TestNewImagesErrors(t *testing.T) {
	classes := []string{"a", "b"}
	good := Arrays{Shape: []int{1, 1, 2}, Pixels: []uint8{1, 2, 3, 4}, Labels: []int32{0, 1}}
	m, err := NewImages(good, classes, SourceDir, "d")
	require.NoError(t, err)
	m.Classes()[0] = "changed"
	assert.Equal(t, classes, m.Classes())
	for want, spoil := range map[string]func(a *Arrays){
		"0 pixels, 2 labels, shape [1 1 2]: want":  func(a *Arrays) { a.Pixels = nil },
		"4 pixels, 0 labels, shape [1 1 2]: want":  func(a *Arrays) { a.Labels = nil },
		"4 pixels, 2 labels, shape [2]: want":      func(a *Arrays) { a.Shape = []int{2} },
		"2 names of 3 classes: want one for each":  func(a *Arrays) { a.Classes = 3 },
		"label 2 of row 1: want [0, 2)":            func(a *Arrays) { a.Labels = []int32{0, 2} },
		"4 inputs of shape [1 3 3]: want a multip": func(a *Arrays) { a.Shape = []int{1, 3, 3} },
	} {
		a := good
		spoil(&a)
		_, err := NewImages(a, classes, SourceDir, "d")
		assert.ErrorContains(t, err, "datasets: NewImages: "+want)
	}
}

// The real set, where it is installed.
func TestFashionMNISTInstalled(t *testing.T) {
	if testing.Short() {
		t.Skip("55 MB: want a run without -short")
	}
	const system = "/usr/share/datasets/fashion-mnist"
	if _, err := os.Stat(system); err != nil {
		t.Skip("the full set is not installed (Debian: dataset-fashion-mnist):", err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	train, test, err := FashionMNIST(t.Context(), FashionOptions{Cache: t.TempDir(), Notice: func(l string) { t.Error(l) }})
	require.NoError(t, err)
	took := time.Since(begin)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("read in %v; %d bytes in use, %d allocated", took, after.HeapAlloc-before.HeapAlloc, after.TotalAlloc-before.TotalAlloc)
	assert.Less(t, after.HeapAlloc-before.HeapAlloc, uint64(60e6))

	assert.Equal(t, SourceSystem, train.Source)
	for m, each := range map[*Images]int{train: 6000, test: 1000} {
		require.Equal(t, 10*each, m.Len())
		var count [10]int
		for i := range m.Len() {
			count[m.Label(i)]++
		}
		for _, c := range count {
			assert.Equal(t, each, c)
		}
	}
	assert.Equal(t, "Ankle boot", train.Classes()[train.Label(0)], "the first image of the set")
	assert.Equal(t, 235, train.Batches(256))
}

// The sum is of every part of a file, and of each in its place.
func TestVerifiedInParts(t *testing.T) {
	data := make([]byte, 2*hashedPart+5)
	for i := range data {
		data[i] = byte(i >> 12)
	}
	raw := idxBytes(IDXUint8, data, uint32(len(data)))
	f := knownFile{name: "large", shape: []int{len(data)}, sha256: fmt.Sprintf("%x", sha256.Sum256(raw))}
	got, err := f.verified(bytes.NewReader(raw))
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got))
	for _, i := range []int{len(raw) - len(data), len(raw) / 2, len(raw) - 1} {
		damaged := bytes.Clone(raw)
		damaged[i] ^= 1
		_, err := f.verified(bytes.NewReader(damaged))
		require.ErrorContains(t, err, "want "+f.sha256, "byte %d", i)
	}
	_, err = f.verified(bytes.NewReader(raw[:len(raw)-1]))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, fmt.Sprintf("after %d of %d bytes", len(data)-1, len(data)))
}
