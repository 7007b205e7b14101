package datasets

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const trainImages = "train-images-idx3-ubyte.gz"

var complete = []string{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", trainImages, "train-labels-idx1-ubyte.gz"}

func TestDownload(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, nil)
	var n noticed
	last := map[string]Progress{}
	o := offline(t, &n)
	o.Mirrors = []string{m.URL + "/set/"}
	o.Progress = func(p Progress) {
		assert.GreaterOrEqual(t, p.Done, last[p.File].Done)
		last[p.File] = p
	}
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
	assert.Equal(t, noticed{"Fashion-MNIST: downloading the full set (30 MB) from " + m.Listener.Addr().String() + " to " + o.Cache}, n)
	assert.Equal(t, complete, names(t, o.Cache))
	size := int64(len(s.gz[trainImages]))
	assert.Equal(t, Progress{trainImages, m.URL + "/set/" + trainImages, size, size}, last[trainImages])
	assert.Len(t, last, 4)

	o.Mirrors = []string{}
	train, test, err = s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceCache, o.Cache)
}

// What is there is kept, what is missing or damaged is fetched.
func TestDownloadWhatIsMissing(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, nil)
	var n noticed
	o := offline(t, &n)
	o.Mirrors, o.Cache = []string{m.URL}, dir(t, s.gz)
	require.NoError(t, os.Remove(filepath.Join(o.Cache, trainImages)))
	require.NoError(t, os.WriteFile(filepath.Join(o.Cache, "t10k-labels-idx1-ubyte.gz"), s.gz["t10k-labels-idx1-ubyte.gz"][:20], 0o600))
	other := (&downloader{dir: o.Cache}).part("http://elsewhere", trainImages)
	require.NoError(t, os.WriteFile(other, []byte("part"), 0o600))
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
	assert.Equal(t, complete, names(t, o.Cache), "nor is another mirror's part left")
	assert.Equal(t, []string{trainImages + " ", "t10k-labels-idx1-ubyte.gz "}, m.all())
	require.Len(t, n, 2)
	assert.Contains(t, n[0], "skipped")
}

// An answer that breaks off is resumed at once.
func TestDownloadResumes(t *testing.T) {
	s := newSmall(t)
	var m *mirror
	m = serve(t, s.gz, func(w http.ResponseWriter, _ *http.Request, name string, nth int) bool {
		if name == trainImages && nth == 0 {
			m.cut(w, s.gz[name], 1000)
		}
		return false
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{m.URL}
	done := []int64{}
	o.Progress = func(p Progress) {
		if p.File == trainImages {
			assert.Equal(t, int64(len(s.gz[trainImages])), p.Total)
			done = append(done, p.Done)
		}
	}
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
	assert.Equal(t, []string{"", "bytes=1000-"}, m.of(trainImages))
	assert.True(t, slices.IsSorted(done))
}

// A mirror that keeps breaking off is left for the next one, which starts
// anew; later the first is resumed where it stopped.
func TestDownloadPartBelongsToItsMirror(t *testing.T) {
	s := newSmall(t)
	var bad *mirror
	healed := false
	bad = serve(t, s.gz, func(w http.ResponseWriter, r *http.Request, name string, nth int) bool {
		if name == trainImages && !healed {
			if r.Header.Get("Range") != "" {
				http.Error(w, "tired", http.StatusServiceUnavailable)
				return true
			}
			bad.cut(w, s.gz[name], 1000)
		}
		return false
	})
	none := serve(t, nil, nil)
	o := offline(t, new(noticed))
	o.Mirrors = []string{bad.URL, none.URL}
	_, _, err := s.find(t.Context(), o)
	assert.ErrorContains(t, err, bad.URL+"/"+trainImages+": HTTP 503 Service Unavailable: want 200 OK")
	assert.ErrorContains(t, err, none.URL+"/"+trainImages+": HTTP 404 Not Found: want 200 OK")
	assert.Equal(t, []string{""}, none.of(trainImages), "no range of another mirror's part")
	left := names(t, o.Cache)
	require.Len(t, left, 4, "three files and a part")
	assert.Regexp(t, `^train-images-idx3-ubyte\.gz\.[0-9a-f]{8}\.part$`, left[2])

	healed = true
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
	ranges := bad.of(trainImages)
	assert.Equal(t, "bytes=1000-", ranges[len(ranges)-1])
	assert.Equal(t, complete, names(t, o.Cache))
}

func TestDownloadEndlessInterruptions(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, func(w http.ResponseWriter, r *http.Request, name string, nth int) bool {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-9999/10000", 10*nth))
		w.Header().Set("Content-Length", "5000")
		w.WriteHeader(map[bool]int{true: 200, false: 206}[r.Header.Get("Range") == ""])
		_, _ = w.Write(s.gz[name][10*nth : 10*nth+10])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{m.URL}
	_, _, err := s.find(t.Context(), o)
	assert.ErrorContains(t, err, trainImages+": after 50 bytes: unexpected EOF")
	assert.Equal(t, []string{"", "bytes=10-", "bytes=20-", "bytes=30-", "bytes=40-"}, m.of(trainImages))
}

func TestDownloadServerIgnoresRange(t *testing.T) {
	s := newSmall(t)
	var m *mirror
	m = serve(t, s.gz, func(w http.ResponseWriter, _ *http.Request, name string, nth int) bool {
		if name == trainImages && nth == 0 {
			m.cut(w, s.gz[name], 1000)
		}
		_, _ = w.Write(s.gz[name]) // 200, the whole
		return true
	})
	o := offline(t, new(noticed))
	o.Mirrors = []string{m.URL}
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, o.Cache)
	assert.Equal(t, []string{"", "bytes=1000-"}, m.of(trainImages))
}
